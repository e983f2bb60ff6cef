import { symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { scripts } from "../../../package.json";
import { commandsIn, documentsWithCommands } from "../../support/document-commands.ts";
import { freePort } from "../../support/free-port.ts";
import { mlflowAvailable, title } from "../../support/mlflow-install.ts";
import { startIssuer } from "../../support/oauth-issuer.ts";
import { program, startCommand } from "../../support/program.ts";
import { type ReadersFolder, readersFolder, shell } from "../../support/readers-folder.ts";
import { redisAvailable, startRedis } from "../../support/redis-server.ts";
import { rest, suiteServer } from "./suite-server.ts";

const release = "3.17.2";
const mlflow = await mlflowAvailable(release);
const redis = await redisAvailable();

/** Commands that another suite runs, because they need what this one has not. */
const elsewhere = [
  /^npm /, // .ci/run
  /^docker build |^cd deploy\/compose$|^\.\/make-secrets\.sh$|^docker compose /, // test/deploy
  /^helm |^kubectl /, // test/deploy/chart.test.ts
  /^mlflow-prompts-mcp dev$/, // test/mlflow/real/dev.test.ts
  /^mlflow-prompts-mcp webhooks /, // test/mlflow/real/webhooks.test.ts, where deliveries arrive
];

/** Claude Code's command, as far as documents use it. */
const claude = `
echo "$*" | grep -qE '^mcp add --transport http [a-z-]+ https?://[^ ]+/mcp( --header Authorization: (Basic|Bearer) [^ ]+)?$'`;

/** An export of Langfuse with one prompt. */
const langfuse = [{ name: "triage", version: 1, type: "text", prompt: "Triage {{ issue }}" }];

const mlflowAddress =
  /https?:\/\/(?:(?:mlflow|mlflow-proxy|old)(?:\.example\.(?:com|org)|:5000)|127\.0\.0\.1:5000)(?=[\s"?]|$)/g;

/** What an image's entry point runs: the arguments after its name, with the variables before it. */
function withoutContainer(command: string): string {
  return command.replace(
    /^docker run .*? --env (\S+) mlflow-prompts-mcp /,
    "$1 mlflow-prompts-mcp ",
  );
}

const serves = (command: string) => /mlflow-prompts-mcp http\b/.test(command);

/** A script of bash, run to its end, or until it serves. */
async function runLine(line: string, folder: ReadersFolder): Promise<void> {
  if (!serves(line)) {
    const { code, stderr } = await shell(line, folder);
    expect([line, code, code === 0 ? "" : stderr]).toEqual([line, 0, ""]);
    return;
  }
  const { url, child } = await startCommand(["bash", "-c", line], folder.variables, folder.home);
  expect(url).toMatch(/\/mcp$/);
  if (child.pid !== undefined) process.kill(-child.pid, "SIGTERM");
}

describe.skipIf(!mlflow.ok || !redis.ok)(title("Commands of documents", mlflow, redis), () => {
  const server = suiteServer({ release, workspaces: true });

  beforeAll(async () => {
    await rest(server.url, "POST", "/api/3.0/mlflow/workspaces", { name: "team" });
  });

  /** A reader's folder, and a command with the reader's own addresses in place of those of documents. */
  async function reader() {
    const folder = await readersFolder({ dataset: "support-questions" });
    folder.install("claude", claude);
    symlinkSync(dirname(program), join(folder.home, "dist"));
    writeFileSync(join(folder.home, "export.json"), JSON.stringify(langfuse));
    const prepared = "mlflow-prompts-mcp add-to-dataset support-questions rows.jsonl";
    expect(await shell(prepared, folder)).toMatchObject({ code: 0 });
    const store = await startRedis();
    const issuer = await startIssuer({ path: "/realms/team" });
    const own = { MLFLOW_PROMPTS_PORT: String(await freePort()), TOKEN: "secret" };
    const variables = { ...folder.variables, ...own };
    const adapted = (command: string) =>
      withoutContainer(command)
        .replace(mlflowAddress, server.url)
        .replace("https://login.example.com/realms/team", String(issuer.url))
        .replace("redis://prompts:secret@redis.example.com:6379/0", store.url)
        .replace("sqlite:////home/ada/.local/share/mlflow-prompts-mcp", `sqlite:///${folder.home}`);
    return { folder: { ...folder, variables }, adapted };
  }

  it.each(documentsWithCommands)("%s", async (document) => {
    const { folder, adapted } = await reader();
    const exports: string[] = [];
    for (const command of commandsIn(document)) {
      if (elsewhere.some((pattern) => pattern.test(command))) continue;
      const line = adapted(command);
      if (command.startsWith("export ")) exports.push(line);
      else await runLine([...exports, line].join("\n"), folder);
    }
  });

  it("name scripts of npm that exist", () => {
    const named = documentsWithCommands
      .flatMap(commandsIn)
      .flatMap((command) => [...command.matchAll(/npm run ([\w:]+)/g)])
      .map(([, name]) => name);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
  });
});
