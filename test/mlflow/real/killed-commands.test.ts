import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { createEmbeddedFile } from "../../../src/embedded/embedded-file.ts";
import type { PromptRegistry } from "../../../src/registry/prompt-registry.ts";
import { mlflowAvailable, title } from "../../support/mlflow-install.ts";
import { isolated, program, run } from "../../support/program.ts";
import { rest, suiteServer } from "./suite-server.ts";

const mlflow = await mlflowAvailable("3.17.2");

const names = Array.from({ length: 30 }, (_, index) => `p${String(index).padStart(2, "0")}`);

/** A command that writes all prompts to the registry, and how many versions each has then. */
interface Writing {
  readonly argv: readonly string[];
  readonly versions: number;
}

/** A folder with a file for each prompt. */
function folderIn(home: string): Writing {
  const folder = join(home, "prompts");
  mkdirSync(folder);
  for (const name of names) writeFileSync(join(folder, `${name}.txt`), `Text of ${name}`);
  return { argv: ["push", folder], versions: 1 };
}

/** A file of the embedded registry with three versions of each prompt; the second has an alias. */
async function fileIn(home: string): Promise<string> {
  const path = join(home, "source.db");
  const file = createEmbeddedFile({ path, samples: false });
  const registry = file.registry({});
  for (const name of names) {
    for (const version of [1, 2, 3]) {
      const template = { kind: "text", text: `Text ${version} of ${name}` } as const;
      await registry.registerVersion(name, { template });
    }
    await registry.setAlias(name, "production", 2);
  }
  file.close();
  return `sqlite:///${path}`;
}

describe.skipIf(!mlflow.ok)(title("a command that is killed, MLflow 3.17.2", mlflow), () => {
  const server = suiteServer({ release: "3.17.2", workspaces: true });
  let used = 0;

  /** A workspace that no test has used, and an environment for commands on it. */
  async function newRegistry() {
    const workspace = `killed-${++used}`;
    await rest(server.url, "POST", "/api/3.0/mlflow/workspaces", { name: workspace });
    const variables = { MLFLOW_TRACKING_URI: server.url, MLFLOW_WORKSPACE: workspace };
    const address = `${server.url}?workspace=${workspace}`;
    return { ...isolated(variables), address, registry: server.client.registry({ workspace }) };
  }

  const writings: Readonly<
    Record<string, (home: string, address: string) => Promise<Writing> | Writing>
  > = {
    push: folderIn,
    migrate: async (home, address) => ({
      argv: ["migrate", "--from", await fileIn(home), "--to", address],
      versions: 3,
    }),
    restore: async (home) => {
      const archive = join(home, "prompts.backup");
      const source = isolated({ MLFLOW_TRACKING_URI: await fileIn(home) });
      expect(await run(["backup", archive], source.environment)).toMatchObject({ code: 0 });
      return { argv: ["restore", archive], versions: 3 };
    },
  };

  async function countOf(registry: PromptRegistry): Promise<number> {
    return (await registry.searchPrompts({ limit: 100 })).items.length;
  }

  /** Starts a command, and sends it a signal when a third of the prompts are there. */
  async function interrupt(
    argv: readonly string[],
    { environment, registry }: Awaited<ReturnType<typeof newRegistry>>,
    signal: "SIGKILL" | "SIGINT",
  ) {
    const child = spawn(process.execPath, [program, ...argv], { env: environment, stdio: "pipe" });
    child.stdin.end();
    const said = text(child.stderr);
    const ended = once(child, "exit");
    await expect.poll(() => countOf(registry), { interval: 5, timeout: 60_000 }).toBeGreaterThan(9);
    child.kill(signal);
    const [code, by] = await ended;
    return { code, by, said: await said, left: names.length - (await countOf(registry)) };
  }

  /** Expects every version of every prompt once. */
  async function expectComplete(registry: PromptRegistry, versions: number): Promise<void> {
    const { items } = await registry.searchPrompts({ order: "name", limit: 100 });
    expect(items.map(({ name }) => name)).toEqual(names);
    for (const { name, aliases } of items) {
      const { items: stored } = await registry.listVersions(name, { limit: 10 });
      const texts = Array.from({ length: versions }, (_, index) =>
        versions === 1 ? `Text of ${name}` : `Text ${versions - index} of ${name}`,
      );
      expect(stored.map(({ template }) => template)).toEqual(
        texts.map((words) => ({ kind: "text", text: words })),
      );
      expect({ ...aliases }).toEqual(versions === 1 ? {} : { production: 2 });
    }
  }

  for (const [command, prepare] of Object.entries(writings)) {
    it(`${command}: goes on after SIGKILL, with nothing doubled and nothing lost`, async () => {
      const there = await newRegistry();
      const { argv, versions } = await prepare(there.home, there.address);

      const killed = await interrupt(argv, there, "SIGKILL");
      const again = await run(argv, there.environment);

      expect(killed).toMatchObject({ code: null, by: "SIGKILL" });
      expect(killed.left).toBeGreaterThan(0);
      expect(again.code, again.stderr).toBe(0);
      await expectComplete(there.registry, versions);
      const third = await run(argv, there.environment);
      expect(third.stdout + third.stderr).toContain("30 unchanged");
    });

    it(`${command}: ends with 1 on SIGINT, and says how to go on`, async () => {
      const there = await newRegistry();
      const { argv, versions } = await prepare(there.home, there.address);

      const interrupted = await interrupt(argv, there, "SIGINT");

      expect(interrupted.said).toMatch(
        /^mlflow-prompts-mcp: Interrupted: \d+ of 30 prompts are done\. Run the command again to go on\.$/m,
      );
      expect(interrupted).toMatchObject({ code: 1, by: null });
      expect(interrupted.left).toBeGreaterThan(0);
      expect(await run(argv, there.environment)).toMatchObject({ code: 0 });
      await expectComplete(there.registry, versions);
    });
  }
});
