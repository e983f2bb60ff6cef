import type { Completion } from "../../../models/model-client.ts";
import type { Score } from "../../../registry/evaluation/scores.ts";
import type { ScoredCase, Scorer, ScorerContext } from "../scorer.ts";
import { Judge } from "./ask-judge.ts";
import type { Judgement } from "./judge-answer.ts";
import { judgeOf } from "./judge-cost.ts";
import { judgeDigest } from "./judge-digest.ts";
import { preference } from "./prompts/preference.ts";

/** A scorer whose judge compares an answer with the baseline's, in both orders. */
export function preferenceJudge(name: string, judgeModel: string): Scorer {
  const judge = new Judge(judgeModel, preference);
  return {
    name,
    digest: judgeDigest({ name, type: "preference", settings: {}, judgeModel }, preference),
    direction: "higher",
    isBinary: false,
    judgeCalls: 2,
    isPairwise: true,
    needsOneOf: [],
    score: async (scored, context) => ({ scorer: name, ...(await prefer(judge, scored, context)) }),
  };
}

/**
 * 1 when the answer is preferred, 0 when the baseline's is, 0.5 when neither is or the orders disagree:
 * then the judge went by the place of an answer.
 */
async function prefer(
  judge: Judge,
  { inputs, output, baselineOutput }: ScoredCase,
  { models, signal }: ScorerContext,
): Promise<Omit<Score, "scorer">> {
  if (baselineOutput === undefined) {
    return { error: "The baseline has no answer for this row, so there is nothing to prefer." };
  }
  if (baselineOutput === output) return { value: 0.5, reason: "Both answers are the same text." };
  const orders = [
    { data: { inputs, answer_a: output, answer_b: baselineOutput }, own: "a" },
    { data: { inputs, answer_a: baselineOutput, answer_b: output }, own: "b" },
  ];
  const said: { readonly score: number; readonly rationale: string }[] = [];
  const completions: Completion[] = [];
  for (const { data, own } of orders) {
    const judged = await judge.ask(data, { models, signal });
    completions.push(...judged.completions);
    const { outcome } = judged;
    if ("error" in outcome) return { error: outcome.error, ...judgeOf(completions) };
    said.push({ score: scoreOf(outcome, own), rationale: outcome.rationale });
  }
  const [first, second] = said;
  const agree = first !== undefined && first.score === second?.score;
  return {
    value: agree ? first.score : 0.5,
    reason: agree
      ? `With this answer as a: ${first.rationale}`
      : `The orders disagree. ${said.map(({ rationale }, index) => `With this answer as ${index === 0 ? "a" : "b"}: ${rationale}`).join(" ")}`,
    ...judgeOf(completions),
  };
}

function scoreOf({ value }: Judgement, own: string): number {
  if (value === "tie") return 0.5;
  return value === own ? 1 : 0;
}
