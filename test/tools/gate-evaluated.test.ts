import { describe, expect, it } from "vitest";
import * as z from "zod";
import type { Gate } from "../../src/registry/evaluation/gate/gate.ts";
import { fakeModel } from "../support/fake-model.ts";
import { correct, gated } from "../support/gated.ts";
import { modelsAt } from "../support/models.ts";

const messages = z.array(z.looseObject({ content: z.string() }));

const prices = new Map([["chat", { input: 100, output: 1_000 }]]);

/** A model that knows the answer, if it is asked to be brief. */
async function models() {
  const model = await fakeModel(({ body }) => {
    const asked = messages.parse(body.messages).at(-1)?.content ?? "";
    const [number = ""] = /\d+/.exec(asked) ?? [];
    return asked.startsWith("Answer briefly") ? number : "I do not know";
  });
  return modelsAt({ url: model.url, names: ["chat"], prices });
}

const call = z.looseObject({ versions: z.array(z.number()) });

describe("an agent that meets a gate", () => {
  it("makes the call that the error has, and moves the alias", async () => {
    const {
      promote,
      call: callTool,
      production,
    } = await gated(
      { ...correct, scorers: { exact_match: { at_least: 0.9, not_worse_by: 0.02 } } },
      await models(),
    );
    const refused = await promote();
    const [, text = ""] = /evaluate_prompt (\{.*?\})\. Only if/.exec(refused.text) ?? [];

    const evaluated = await callTool("evaluate_prompt", call.parse(JSON.parse(text)));

    expect(evaluated.isError).toBe(false);
    const moved = await promote();
    expect(moved.text).toContain("exact_match is 1 and must be at least 0.9");
    expect(moved.text).toContain("differs by 1 (1 to 1) from version 1 on 20 rows");
    expect(await production()).toBe(2);
  });

  it("does not move it to a version that the evaluation shows to be bad", async () => {
    const { call: callTool, registry, promote } = await gated(correct, await models());
    await registry.setAlias("qa", "production", 2);
    const args = { versions: [1], dataset: "questions", scorers: ["exact_match"] };
    await callTool("evaluate_prompt", args);

    const refused = await promote({ version: 1 });

    expect(refused.text).toContain("exact_match is 0 and must be at least 0.9");
  });
});

describe("the criteria of a gate", () => {
  /** Evaluates versions under a gate; resolves with MLflow's criteria of their runs, and the metrics. */
  async function criteriaOf(gate: Gate, versions: readonly number[]) {
    const { call: callTool, evaluations } = await gated(gate, await models());
    const criteria: unknown[] = [];
    const metrics: Readonly<Record<string, number>>[] = [];
    const finish = evaluations.finishRun.bind(evaluations);
    evaluations.finishRun = (id, end, ...rest) => {
      criteria.push(JSON.parse(end.qualityCriteria ?? "null"));
      metrics.push(end.metrics);
      return finish(id, end, ...rest);
    };
    const args = { versions, dataset: "questions", scorers: ["exact_match"] };
    await callTool("evaluate_prompt", args);
    return { criteria, metrics };
  }
  const rule = { metricKey: "exact_match/mean", comparator: "GTE", threshold: 0.9 };

  it("are given to the runs on its dataset, for MLflow to show", async () => {
    const { criteria } = await criteriaOf(correct, [1, 2]);

    expect(criteria).toMatchObject([
      { schemaVersion: 1, rules: [rule] },
      { schemaVersion: 1, rules: [rule] },
    ]);
  });

  const ratios: Gate = { ...correct, max_latency_ratio: 100, max_cost_ratio: 1.5 };

  it("have the ratios to the version that the alias serves, where it was evaluated too", async () => {
    const { criteria, metrics } = await criteriaOf(ratios, [2, 1]);

    const latency = 100 * (metrics[1]?.["latency_ms/median"] ?? 0);
    // 11 tokens in and 7 out.
    const cost = expect.closeTo(1.5 * 0.0081, 9);
    expect(criteria).toMatchObject([
      {
        rules: [
          rule,
          { metricKey: "latency_ms/median", comparator: "LTE", threshold: latency },
          { metricKey: "cost_usd/answer", comparator: "LTE", threshold: cost },
        ],
      },
      { rules: [rule] },
    ]);
  });

  it("have no ratios without that version", async () => {
    expect((await criteriaOf(ratios, [2])).criteria).toMatchObject([{ rules: [rule] }]);
  });
});
