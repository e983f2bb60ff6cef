import type { Completion } from "../../../models/model-client.ts";
import type { Score } from "../../../registry/evaluation/scores.ts";

/**
 * What a score's judge took in all its answers. A sum of which a part is not known is absent.
 * @returns nothing when no model answered
 */
export function judgeOf(completions: readonly Completion[]): Pick<Score, "judge"> {
  if (completions.length === 0) return {};
  const inputTokens = sum(completions.map(({ usage }) => usage?.inputTokens));
  const outputTokens = sum(completions.map(({ usage }) => usage?.outputTokens));
  const usd = sum(completions.map(({ cost }) => cost?.totalUsd));
  return {
    judge: {
      model: [...new Set(completions.map(({ model }) => model))].join(", "),
      ...(inputTokens === undefined ? {} : { inputTokens }),
      ...(outputTokens === undefined ? {} : { outputTokens }),
      ...(usd === undefined ? {} : { usd }),
    },
  };
}

function sum(parts: readonly (number | undefined)[]): number | undefined {
  let total = 0;
  for (const part of parts) {
    if (part === undefined) return undefined;
    total += part;
  }
  return total;
}
