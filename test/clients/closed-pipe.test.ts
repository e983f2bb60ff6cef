import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { createEmbeddedFile } from "../../src/embedded/embedded-file.ts";
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
