import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { expectExactlyOnce } from "../support/exactly-once.ts";
import { raceAgents, racesOf } from "../support/racing-agents.ts";
import { newPath, openFile, text } from "./support.ts";
import { workerBundle } from "./worker-bundle.ts";

const landedAgents = z.array(
  z.object({
    words: z.string(),
    base: z.int(),
    version: z.int(),
    overtaken: z.array(z.int()),
    conflicts: z.int(),
  }),
);

const agents = Array.from({ length: 32 }, (_, agent) => `Wording of agent ${agent}`);

describe("32 agents that change one prompt at once", () => {
  const worker = workerBundle("racing-worker.ts");

  it.each([1, 4])("each add one version after the newest, in %i processes", async (processes) => {
    const path = newPath();
    const registry = openFile(path).registry({});
    await registry.registerVersion("contested", text("The first"));

    const start = String(Date.now() + 1_000);
    const runs = await Promise.all(
      Array.from({ length: processes }, (_, index) => {
        const some = agents.filter((_, agent) => agent % processes === index);
        const given = [path, "contested", start, ...some];
        return promisify(execFile)(process.execPath, [worker.path, ...given]);
      }),
    );

    const landed = runs.flatMap(({ stdout }) => landedAgents.parse(JSON.parse(stdout)));
    await expectExactlyOnce(registry, "contested", agents, landed);
    for (const { base, version } of landed) expect(version).toBe(base + 1);
    process.stdout.write(`Embedded, ${processes} processes: ${racesOf(landed)}\n`);
  });

  it("each add one version after the newest, through connections of one process", async () => {
    const path = newPath();
    const registry = openFile(path).registry({});
    await registry.registerVersion("contested", text("The first"));
    const others = [1, 2, 3].map(() => openFile(path).registry({}));

    const landed = await raceAgents((agent) => others[agent % 4] ?? registry, "contested", agents);

    await expectExactlyOnce(registry, "contested", agents, landed);
    for (const { base, version } of landed) expect(version).toBe(base + 1);
    process.stdout.write(`Embedded, 4 connections: ${racesOf(landed)}\n`);
  });
});
