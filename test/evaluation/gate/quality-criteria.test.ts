import { describe, expect, it } from "vitest";
import { qualityCriteriaOf } from "../../../src/evaluation/gate/quality-criteria.ts";
import type { Gate } from "../../../src/registry/evaluation/gate/gate.ts";

const dataset = { name: "questions", id: "d-1" };
const gate: Gate = {
  alias: "production",
  dataset: "questions",
  scorers: { correctness: { at_least: 0.9 }, relevance: { not_worse_by: 0.02 } },
  max_latency_ratio: 1.5,
};

function criteriaOf(gates: readonly Gate[], ...baselines: Record<string, number>[]): unknown {
  const text = qualityCriteriaOf(gates, dataset, "qa", () => baselines);
  return text === undefined ? undefined : JSON.parse(text);
}

describe("the criteria of a gate in MLflow's form", () => {
  it("are least values, and greatest ones where the other version's metrics are known", () => {
    const correct = { metricKey: "correctness/mean", comparator: "GTE", threshold: 0.9 };

    expect(criteriaOf([gate])).toEqual({
      schemaVersion: 1,
      revision: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f-]{17}$/),
      rules: [correct],
    });
    const latency = { metricKey: "latency_ms/median", comparator: "LTE", threshold: 300 };
    const cost = { metricKey: "cost_usd/answer", comparator: "LTE", threshold: 0.5 };
    const before = { "latency_ms/median": 200, "cost_usd/answer": 0.25 };
    expect(criteriaOf([gate], before)).toMatchObject({ rules: [correct, latency] });
    expect(criteriaOf([{ ...gate, max_cost_ratio: 2 }], before)).toMatchObject({
      rules: [correct, latency, cost],
    });
  });

  it("have the strictest rule for each metric, as MLflow reads one", () => {
    const stricter = { ...gate, scorers: { correctness: { at_least: 0.95 } } };
    const rules = [{ metricKey: "correctness/mean", comparator: "GTE", threshold: 0.95 }];

    expect(criteriaOf([gate, stricter])).toMatchObject({ rules });
    expect(criteriaOf([stricter, gate])).toMatchObject({ rules });
    const twoServed = criteriaOf(
      [gate],
      { "latency_ms/median": 200 },
      { "latency_ms/median": 100 },
    );
    expect(twoServed).toMatchObject({
      rules: [{}, { metricKey: "latency_ms/median", threshold: 150 }],
    });
  });

  it("are those of the evaluated dataset", () => {
    expect(criteriaOf([{ ...gate, dataset: "others" }])).toBeUndefined();
    expect(criteriaOf([])).toBeUndefined();
    expect(criteriaOf([{ ...gate, dataset: "d-1" }])).toBeDefined();
    const named = { ...gate, dataset: "{prompt}-rows" };
    expect(qualityCriteriaOf([named], { name: "qa-rows" }, "qa", () => [])).toBeDefined();
  });

  it("are none where MLflow has no words for them", () => {
    expect(
      criteriaOf([{ ...gate, scorers: { relevance: { not_worse_by: 0.1 } } }]),
    ).toBeUndefined();
  });
});
