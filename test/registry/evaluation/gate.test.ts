import { describe, expect, it } from "vitest";
import {
  datasetOf,
  describeGate,
  type Gate,
  gatesOf,
  readGates,
} from "../../../src/registry/evaluation/gate/gate.ts";
import { loosenedAliases } from "../../../src/registry/evaluation/gate/loosening.ts";

const correct = { correctness: { at_least: 0.9 } };
const gate = { alias: "production", dataset: "questions", scorers: correct };

function problemOf(gates: unknown): string {
  const read = readGates(typeof gates === "string" ? gates : JSON.stringify(gates));
  return "problem" in read ? read.problem : "";
}

describe("a gate", () => {
  it("is one object or a list of them", () => {
    expect(readGates(JSON.stringify(gate))).toEqual({ gates: [gate] });
    expect(readGates(JSON.stringify([gate, gate]))).toEqual({ gates: [gate, gate] });
    expect(gatesOf({ tags: {} })).toEqual({ gates: [] });
    expect(gatesOf({ tags: { "mcp.gate": JSON.stringify(gate) } })).toEqual({ gates: [gate] });
  });

  it.each([
    ["{", "it is not JSON"],
    ["null", "expected object"],
    [[], "Too small"],
    [{ ...gate, scorers: {} }, "has no criterion"],
    [{ alias: "production", dataset: "questions" }, "has no criterion"],
    [{ ...gate, scorers: { correctness: {} } }, "scorers.correctness: needs at_least or"],
    [{ ...gate, scorers: { correctness: { at_least: "0.9" } } }, "correctness.at_least: Invalid"],
    [{ ...gate, scorers: { correctness: { not_worse_by: -1 } } }, "correctness.not_worse_by:"],
    [{ ...gate, scorers: { correctness: { atleast: 0.9 } } }, 'Unrecognized key: "atleast"'],
    [{ ...gate, alias: [] }, "alias: Too small"],
    [{ ...gate, confidence: 95 }, "confidence: Too big"],
    [{ ...gate, max_age: 3 }, 'Unrecognized key: "max_age"'],
    [{ ...gate, dataset: "" }, "dataset: Too small"],
    [{ ...gate, min_rows: 0 }, "min_rows: Too small"],
    [[gate, { ...gate, max_cost_ratio: 0 }], "1.max_cost_ratio: Too small"],
  ])("that is wrong is not read: %j", (given, problem) => {
    expect(problemOf(given)).toContain(problem);
  });

  it("is not read when it is too long for a tag", () => {
    expect(problemOf(" ".repeat(6_000))).toBe("it has more than 5000 characters");
  });

  it("keeps what is named like a property of every object", () => {
    expect(readGates('{"alias":"p","dataset":"d","scorers":{"__proto__":{"at_least":1}}}')).toEqual(
      {
        gates: [{ alias: "p", dataset: "d", scorers: JSON.parse('{"__proto__":{"at_least":1}}') }],
      },
    );
  });

  it("names the dataset of each prompt", () => {
    expect(datasetOf({ ...gate, dataset: "{prompt}-questions" }, "qa")).toBe("qa-questions");
  });

  it("is described in a line", () => {
    const all = {
      ...gate,
      scorers: { ...correct, brief: { at_least: 0.5, not_worse_by: 0.02 } },
      max_cost_ratio: 1.5,
      max_age_days: 30,
    };
    expect(describeGate(all)).toBe(
      "production: correctness at least 0.9, brief at least 0.5, brief not worse by more than 0.02, cost at most 1.5 times, measured in the last 30 days, on the dataset questions",
    );
  });
});

describe("a changed gate", () => {
  const strict: Gate = {
    ...gate,
    scorers: { correctness: { at_least: 0.9, not_worse_by: 0.02 } },
    max_age_days: 30,
    max_cost_ratio: 2,
    min_rows: 50,
  };
  const changed = (change: Partial<Gate>) => loosenedAliases([strict], [{ ...strict, ...change }]);

  it.each<[string, Partial<Gate>]>([
    ["a higher value", { scorers: { correctness: { at_least: 0.95, not_worse_by: 0.01 } } }],
    ["another scorer besides", { scorers: { ...strict.scorers, brief: { at_least: 0.1 } } }],
    ["more rows", { min_rows: 60 }],
    ["all rows", { min_rows: undefined }],
    ["another alias besides", { alias: ["production", "staging"] }],
    ["a higher confidence", { confidence: 0.99 }],
    ["newer evidence", { max_age_days: 3 }],
  ])("is as strict with %s", (_, change) => {
    expect(changed(change)).toEqual([]);
  });

  it.each<[string, Partial<Gate>]>([
    ["a lower value", { scorers: { correctness: { at_least: 0.8, not_worse_by: 0.02 } } }],
    ["no comparison", { scorers: { correctness: { at_least: 0.9 } } }],
    [
      "other settings",
      { scorers: { correctness: { ...strict.scorers?.correctness, scorer: {} } } },
    ],
    ["no such scorer", { scorers: { brief: { at_least: 1, not_worse_by: 0 } } }],
    ["fewer rows", { min_rows: 10 }],
    ["another alias instead", { alias: "staging" }],
    ["another dataset", { dataset: "easy-questions" }],
    ["a lower confidence", { confidence: 0.8 }],
    ["any age", { max_age_days: undefined }],
    ["a higher cost", { max_cost_ratio: 3 }],
    ["another judge", { judge_model: "kind" }],
  ])("is looser with %s", (_, change) => {
    expect(changed(change)).toEqual(["production"]);
  });

  it("is looser for the aliases that it leaves out", () => {
    const both = { ...gate, alias: ["production", "staging"] };
    expect(loosenedAliases([both], [gate])).toEqual(["staging"]);
    expect(loosenedAliases([both], [])).toEqual(["production", "staging"]);
    expect(loosenedAliases([gate, { ...gate, dataset: "more" }], [gate])).toEqual(["production"]);
  });
});
