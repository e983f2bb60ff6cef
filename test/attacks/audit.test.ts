import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { eventually } from "../support/eventually.ts";
import { deliver, event, secret } from "../support/webhook-deliveries.ts";
import { startFakeMlflow } from "./support/fake-mlflow.ts";
import { underAttack } from "./support/measured.ts";
import { type Attacked, spawnStdio, startAttacked } from "./support/program.ts";
import { askFrom, type Got, sendFrom } from "./support/raw.ts";

const attacker = "127.0.0.2";

function call(
  { url }: Attacked,
  name: string,
  args: Readonly<Record<string, unknown>>,
  headers: Readonly<Record<string, string>> = {},
): Promise<Got> {
  return askFrom(attacker, url, "tools/call", { name, arguments: args }, headers);
}

/** Waits for as many lines as there are writes; each has at most 4 KB. */
async function expectLines(program: Attacked, expected: readonly object[]): Promise<string> {
  await eventually(() => expect(program.audit().length).toBeGreaterThanOrEqual(expected.length));
  expect(program.audit()).toMatchObject(expected);
  for (const line of program.lines()) expect(Buffer.byteLength(line)).toBeLessThan(4_096);
  return `${expected.length} calls, ${program.audit().length} lines`;
}

it("writes, and every refused one, over HTTP", async (context) => {
  const program = await startAttacked({}, "--writable-aliases", "production,staging");
  await underAttack(context, { pid: program.pid }, async () => {
    await call(program, "register_prompt", { name: "greet", template: "Hello {{ who }}" });
    await call(program, "set_prompt_alias", { name: "greet", alias: "production", version: 1 });
    await call(program, "register_prompt", {
      name: "greet",
      template: "Hello {{ you }}",
      base_version: 1,
    });
    await call(program, "set_prompt_alias", { name: "greet", alias: "production", version: 2 });
    await call(program, "set_prompt_alias", {
      ...{ name: "greet", alias: "production", version: 2 },
      allow_breaking: true,
    });
    await call(program, "set_prompt_alias", { name: "greet", alias: "secret", version: 1 });
    await call(program, "update_prompt", { name: "greet", tags: { team: "x".repeat(4_000) } });
    await call(program, "delete_prompt", { name: "greet", confirm: "greet" });
    return expectLines(program, [
      { operation: "register_version", prompt: "greet", version: 1, outcome: "ok" },
      { operation: "set_alias", alias: "production", version: 1, previousVersion: null },
      { operation: "register_version", prompt: "greet", version: 2, outcome: "ok" },
      { operation: "set_prompt_alias", prompt: "greet", version: 2, outcome: "conflict" },
      { operation: "set_alias", version: 2, previousVersion: 1, allowBreaking: true },
      { operation: "set_prompt_alias", alias: "secret", outcome: expect.not.stringMatching("ok") },
      { operation: "tag_prompt", prompt: "greet", tags: ["team"], outcome: "ok" },
      { operation: "delete_prompt", prompt: "greet", outcome: "conflict" },
    ]);
  });
});

it("a write that the server, MLflow or the limit refuses, and a forged webhook", async (context) => {
  const mlflow = await startFakeMlflow();
  mlflow.store.plant("greet", "Hello");
  mlflow.intercept = ({ route, authorization }, response) => {
    if (authorization === "Bearer wrong") response.writeHead(401).end("Who?");
    else if (route.startsWith("POST")) response.writeHead(403).end("Permission denied");
    else return false;
    return true;
  };
  const program = await startAttacked(
    {
      MLFLOW_TRACKING_URI: mlflow.url,
      MLFLOW_PROMPTS_AUTH: "forward",
      MLFLOW_PROMPTS_WEBHOOK_SECRET: secret,
    },
    "--rate-limit",
    "2",
  );
  await underAttack(context, { pid: program.pid }, async () => {
    const args = { name: "greet", template: "Mine", base_version: 1 };
    const right = { authorization: "Bearer right" };
    await call(program, "register_prompt", args, right);
    await call(program, "register_prompt", args, { authorization: "Bearer wrong" });
    for (let index = 0; index < 3; index++) await call(program, "register_prompt", args, right);
    const body = event("prompt.created", { name: "x" });
    await deliver(program.url, body, { secret: "another secret, and a wrong one" });
    const unsigned = new URL("/webhooks/mlflow", program.url).href;
    await sendFrom({ url: unsigned, from: attacker, body });
    await eventually(() => {
      const lines = program.audit();
      expect(lines).toContainEqual(expect.objectContaining({ outcome: "forbidden" }));
      for (const status of [401, 429]) {
        const refused = { outcome: "refused", status };
        expect(lines).toContainEqual(expect.objectContaining(refused));
      }
      expect(JSON.stringify(lines)).toMatch(/webhook/);
    });
    return `7 refused calls, ${program.audit().length} lines`;
  });
});

it("a write over stdio, in a file of its own", async (context) => {
  const stdio = spawnStdio({}, "--audit-log", "audit.log");
  await underAttack(context, { pid: stdio.pid }, async () => {
    const args = { name: "greet", template: "Hello" };
    const send = (message: object) =>
      stdio.stdin?.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
    send({
      id: 1,
      method: "initialize",
      params: {
        protocolVersion: "2025-11-25",
        capabilities: {},
        clientInfo: { name: "test", version: "1.0.0" },
      },
    });
    send({ method: "notifications/initialized" });
    send({ id: 2, method: "tools/call", params: { name: "register_prompt", arguments: args } });
    const file = join(stdio.home, "audit.log");
    await eventually(() => {
      const lines = readFileSync(file, "utf8").split("\n");
      expect(lines.join("\n")).toContain('"register_version"');
    });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    return "1 line";
  });
});
