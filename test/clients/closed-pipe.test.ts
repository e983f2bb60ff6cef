import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, it, onTestFinished } from "vitest";
import { createEmbeddedFile } from "../../src/embedded/embedded-file.ts";
import { eventually } from "../support/eventually.ts";
import { freePort } from "../support/free-port.ts";
import { isolated, program } from "../support/program.ts";

/** A registry whose list is longer than a pipe holds. */
async function longList() {
  const { home, environment } = isolated();
  const path = `${home}/registry.db`;
  const file = createEmbeddedFile({ path, samples: false });
  const registry = file.registry({});
  for (let index = 0; index < 60; index++) {
    await registry.registerVersion(`p${index}`, {
      template: { kind: "text", text: "x" },
      tags: { note: "long ".repeat(500) },
    });
  }
  file.close();
  return { ...environment, MLFLOW_TRACKING_URI: `sqlite:///${path}` };
}

function start(argv: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [program, ...argv], { env, stdio: "pipe" });
  child.stdin.end();
  return child;
}

it("a command whose reader leaves early ends quietly", async () => {
  const child = start(["list", "--json"], await longList());
  const errors = text(child.stderr);

  await once(child.stdout, "data");
  child.stdout.destroy();

  expect(await once(child, "exit")).toEqual([0, null]);
  expect(await errors).toBe("");
});

it("a command does its work although nobody reads what it says beside its data", async () => {
  const environment = await longList();
  const child = start(["promote", "p1", "production"], environment);
  child.stderr.destroy();

  const data = text(child.stdout);

  expect(await once(child, "exit")).toEqual([0, null]);
  expect(await data).toContain("production");
  const wrong = start(["show", "no-such-prompt"], environment);
  wrong.stderr.destroy();
  expect(await once(wrong, "exit")).toEqual([1, null]);
});

/** A disk without space. */
const fullDisk = "/dev/full";

function openFullDisk(): number {
  const file = openSync(fullDisk, "w");
  onTestFinished(() => closeSync(file));
  return file;
}

/** What has come so far. */
function collected(stream: Readable | null): () => string {
  let all = "";
  stream?.on("data", (chunk) => {
    all += chunk;
  });
  return () => all;
}

it.skipIf(!existsSync(fullDisk))("a command says in one line that its data are lost", async () => {
  const environment = await longList();
  for (const argv of [["list"], ["completion", "bash"], ["--help"]]) {
    const child = spawn(process.execPath, [program, ...argv], {
      ...{ env: environment, stdio: ["ignore", openFullDisk(), "pipe"] },
    });
    const errors = collected(child.stderr);

    expect(await once(child, "close")).toEqual([1, null]);
    expect(errors()).toMatch(
      /^mlflow-prompts-mcp: The output could not be written: ENOSPC[^\n]*\n$/,
    );
  }
});

it.skipIf(!existsSync(fullDisk)).each([
  ["address", "stdout", "stderr", /"announcement","error":"ENOSPC/],
  ["log", "stderr", "stdout", /VS Code/],
] as const)("http serves on where its %s is lost", async (_, lost, read, said) => {
  const port = await freePort();
  const child = spawn(process.execPath, [program, "http", "--port", `${port}`], {
    env: isolated().environment,
    stdio: [
      "ignore",
      ...(["stdout", "stderr"] as const).map((name) => (name === lost ? openFullDisk() : "pipe")),
    ],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const output = collected(child[read]);

  await eventually(() => expect(output()).toMatch(said));
  expect(await fetch(`http://127.0.0.1:${port}/healthz`)).toMatchObject({ status: 200 });
  child.kill("SIGTERM");

  expect(await once(child, "exit")).toEqual([0, null]);
});
