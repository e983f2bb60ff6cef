import { describe, expect, it } from "vitest";
import { evaluationTable } from "../../src/cli/evaluation-table.ts";

const score = { scorer: "correctness", mean: 0.85, low: 0.7123, high: 0.95, failed: 0 };
const version = {
  version: 1,
  model: "chat",
  attempted: 20,
  failed: 0,
  scores: [score],
  median_ms: 812,
  p95_ms: 1_900,
  cost_usd: 0.0123456,
};
const evaluation = {
  name: "qa",
  dataset: { name: "questions", digest: "ab12", rows: 20, total_rows: 30 },
  judge_model: "judge",
  complete: true,
  versions: [version],
};

describe("the table of an evaluation", () => {
  it("is one in Markdown, with the baseline first and what differs from it", () => {
    const better = {
      ...{ ...score, mean: 0.95, failed: 1 },
      difference: { difference: 0.1, verdict: "better" },
    };
    const { cost_usd: _, ...free } = version;
    const candidate = { ...free, version: 2, run_url: "https://mlflow.test/run", scores: [better] };

    expect(evaluationTable({ ...evaluation, versions: [version, candidate] }).split("\n")).toEqual([
      "qa on questions (digest ab12): 20 of 30 rows, judged by judge",
      "",
      "| version | model | correctness | failed | median | p95 | cost |",
      "| --- | --- | --- | --- | --- | --- | --- |",
      "| 1 | chat | 0.85 (0.712 to 0.95) | 0 of 20 | 812 ms | 1900 ms | $0.0123 |",
      "| [2](https://mlflow.test/run) | chat | 0.95 (0.712 to 0.95), 1 not scored, +0.1: better | 0 of 20 | 812 ms | 1900 ms | not known |",
      "",
    ]);
  });

  it("stays one whatever a name or a failure contains", () => {
    const odd = { ...version, model: "a|b\nc" };
    const failures = [{ reason: "Too\n| many", rows: 3 }];

    const lines = evaluationTable({ ...evaluation, versions: [odd], failures }).split("\n");

    expect(lines).toContain(
      "| 1 | a\\|b c | 0.85 (0.712 to 0.95) | 0 of 20 | 812 ms | 1900 ms | $0.0123 |",
    );
    expect(lines).toContain("Failed 3 times: Too | many");
  });
});
