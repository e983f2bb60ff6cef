import type { Score } from "../../../registry/evaluation/scores.ts";
import type { JsonObject } from "../../../registry/json.ts";
import type { Direction, ScoredCase, Scorer, ScorerContext } from "../scorer.ts";
import { Judge } from "./ask-judge.ts";
import { judgeOf } from "./judge-cost.ts";
import { type JudgeIdentity, judgeDigest } from "./judge-digest.ts";
import type { JudgePrompt } from "./judge-prompt.ts";

export interface SingleJudge {
  readonly identity: JudgeIdentity;
  readonly prompt: JudgePrompt;
  readonly needsOneOf: readonly string[];
  /** What the judge sees of a case; undefined when the row lacks all that it needs. */
  data(scored: ScoredCase): JsonObject | undefined;
}

/** A scorer whose judge sees one answer. */
export function singleJudge({ identity, prompt, needsOneOf, data }: SingleJudge): Scorer {
  const { name, judgeModel } = identity;
  const judge = new Judge(judgeModel, prompt);
  return {
    name,
    digest: judgeDigest(identity, prompt),
    direction: directionOf(prompt),
    isBinary: prompt.values.kind === "yes_no",
    judgeCalls: 1,
    isPairwise: false,
    needsOneOf,
    async score(scored: ScoredCase, { models, signal }: ScorerContext): Promise<Score> {
      const shown = data(scored);
      if (shown === undefined) {
        const error = `The row has no ${needsOneOf.join(" or ")} in its expectations, which ${name} needs. Add it with add_to_dataset.`;
        return { scorer: name, error };
      }
      const { outcome, completions } = await judge.ask(shown, { models, signal });
      const spent = judgeOf(completions);
      if ("error" in outcome) return { scorer: name, error: outcome.error, ...spent };
      return { scorer: name, value: outcome.value, reason: outcome.rationale, ...spent };
    },
  };
}

/** There is no better and worse among texts. */
function directionOf({ values: { kind } }: JudgePrompt): Direction {
  return kind === "yes_no" || kind === "number" ? "higher" : "none";
}
