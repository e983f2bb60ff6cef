import { expect, test } from "vitest";
import { compareContracts } from "../../src/registry/contract/compare-contracts.ts";
import { contractOf } from "../../src/registry/engine/contract-of.ts";
import { diffVersions } from "../../src/registry/engine/diff.ts";
import type { PromptVersion, Template } from "../../src/registry/types.ts";
import { templates } from "../support/templates.ts";
import { countTurns, startWorkers } from "./support.ts";

/** Lines of two letters from a generator with a long period, so that no diff is short. */
function letters(seed: number): string {
  let state = seed;
  const lines = Array.from({ length: 16_000 }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % 3 === 0 ? "a" : "b";
  });
  return lines.join("\n");
}

function version(number: number, template: Template): PromptVersion {
  return {
    name: "letters",
    version: number,
    template,
    commitMessage: "",
    tags: {},
    aliases: [],
    createdAt: 0,
    updatedAt: 0,
  };
}

/** Applies a unified diff to a text. */
function patched(before: string, diff: string): string {
  const lines = before.split("\n");
  const made: string[] = [];
  let at = 0;
  for (const line of diff.split("\n").slice(2, -1)) {
    const hunk = /^@@ -(\d+)/.exec(line);
    if (hunk) {
      const start = Number(hunk[1]) - 1;
      made.push(...lines.slice(at, start));
      at = start;
    } else if (line.startsWith("+")) made.push(line.slice(1));
    else if (line.startsWith("-")) at += 1;
    else if (line.startsWith(" ")) {
      made.push(line.slice(1));
      at += 1;
    }
  }
  return [...made, ...lines.slice(at)].join("\n");
}

test("two versions of 16,000 lines are compared in a worker, correctly", async () => {
  const engine = startWorkers().engineFor("evil");
  const [before, after] = [letters(1), letters(2)];
  const turns = countTurns();

  const { diff } = await diffVersions(
    engine,
    version(1, { kind: "text", text: before }),
    version(2, { kind: "text", text: after }),
  );

  expect(turns.count).toBeGreaterThan(10);
  expect(patched(before, diff)).toBe(after);
});

test("mustache of one tag and 95,000 spaces is listed with the variables that MLflow counts", async () => {
  const engine = startWorkers().engineFor("evil");
  const text = `{{#a}}x{{/a}}{{b${" ".repeat(95_000)}`;
  const template = { kind: "text", text } as const;
  expect(await engine.read(template, { mustache: true })).toEqual({
    parameters: [],
    isGuess: true,
  });
  const subject = { prompt: "evil", version: 3 };
  await expect(engine.render(template, {}, { mustache: true, subject })).rejects.toMatchObject({
    kind: "invalid",
    message: expect.stringMatching(
      /^[A-Z][a-z]+ the template of prompt "evil" version 3 was stopped: /,
    ),
  });
});

test("braces and 99,000 spaces stay unchanged, whatever the value for a space", async () => {
  const engine = startWorkers().engineFor("evil");
  const text = `{{${" ".repeat(99_000)}`;
  const rendered = await engine.render({ kind: "text", text }, { " ": "x", "\t": "y" });
  expect(rendered).toEqual({ kind: "text", text });
});

test("contracts of thousands of variables are compared in a worker, with the same verdict", async () => {
  const engine = startWorkers({ timeMs: 60_000 }).engineFor("evil");
  const names = Array.from({ length: 1_000 }, (_, at) => `{{a${at}}}`);
  const contracts = [names, names.slice(1)].map((variables) =>
    contractOf(templates, { template: { kind: "text", text: variables.join("") }, tags: {} }),
  );
  const [before, after] = await Promise.all(contracts);
  if (before === undefined || after === undefined) throw new Error("There are two.");
  expect(await engine.compareContracts(before, after)).toEqual(compareContracts(before, after));
});

test("a comparison that exceeds a limit is unclear, and not an error", async () => {
  const engine = startWorkers({ timeMs: 1 }).engineFor("evil");
  const text = Array.from({ length: 20_000 }, (_, at) => `{{a${at}}}`).join("");
  const contract = await contractOf(templates, { template: { kind: "text", text }, tags: {} });
  const other = await contractOf(templates, { template: { kind: "text", text: "" }, tags: {} });
  expect(await engine.compareContracts(contract, other)).toMatchObject({ verdict: "unclear" });
});
