import * as z from "zod";
import type { Score } from "../../registry/evaluation/scores.ts";

/** What the scorers say of one answer. */
export const scoresView = z.array(
  z.object({
    scorer: z.string(),
    value: z.union([z.boolean(), z.number(), z.string()]).optional(),
    error: z.string().optional(),
    reason: z.string().optional(),
  }),
);

export function viewScores(scores: readonly Score[]): z.infer<typeof scoresView> {
  return scores.map(({ scorer, value, error, reason }) => ({
    scorer,
    ...(value === undefined ? {} : { value }),
    ...(error === undefined ? {} : { error }),
    ...(reason === undefined ? {} : { reason }),
  }));
}

/** The answer, and below it what each scorer says. */
export function formatScored(answer: string, scores: z.infer<typeof scoresView>): string {
  const said = scores.map(({ scorer, value, error, reason }) =>
    [`${scorer}: ${value ?? `failed, ${error}`}`, reason].filter(Boolean).join(". "),
  );
  return [answer, "", ...said].join("\n");
}
