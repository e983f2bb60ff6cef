import { describe, expect, it } from "vitest";
import { answers, gated } from "../support/gated.ts";

const judged = (criterion: object) => ({
  ...{ alias: "production", dataset: "questions", scorers: { correctness: criterion } },
});

/** The same scores, as a judge gave them. */
function judgements() {
  return {
    rows: answers().map(({ exact_match }) => ({ correctness: exact_match })),
    scorers: ["correctness"],
  };
}

describe("a gate with a judge", () => {
  it("compares only what the same judge said", async () => {
    const { promote, run, production } = await gated(judged({ not_worse_by: 0.02 }));
    await run({ version: 1, ...judgements(), judgeModel: "strict" });
    await run({ version: 2, ...judgements(), judgeModel: "kind" });
    expect((await promote()).text).toContain(
      'of version 1 was scored by "correctness" with other settings',
    );

    await run({ version: 1, ...judgements(), judgeModel: "kind" });
    await promote();
    expect(await production()).toBe(2);
  });

  it("believes the judge that it names, and says so in the call that makes the evidence", async () => {
    const gate = { ...judged({ at_least: 0.9 }), judge_model: "strict" };
    const { promote, run, production } = await gated(gate);
    await run({ version: 2, ...judgements(), judgeModel: "kind" });

    const refused = await promote();

    expect(refused.text).toContain("with other settings than those that the gate wants");
    expect(refused.text).toContain('"judge_model":"strict"');
    await run({ version: 2, ...judgements(), judgeModel: "strict" });
    await promote();
    expect(await production()).toBe(2);
  });
});
