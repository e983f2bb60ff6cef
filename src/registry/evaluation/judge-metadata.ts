import type { Score } from "./scores.ts";

/** Keys of an assessment's metadata, as MLflow's own judges write them (3.8 to 3.17). */
export const judged = {
  inputTokens: "mlflow.assessment.judgeInputTokens",
  outputTokens: "mlflow.assessment.judgeOutputTokens",
  usd: "mlflow.assessment.judgeCost",
} as const;

/** What a judge took, as texts: MLflow's metadata have no numbers. */
export function judgeMetadata({ judge }: Score): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries({
      [judged.inputTokens]: judge?.inputTokens,
      [judged.outputTokens]: judge?.outputTokens,
      [judged.usd]: judge?.usd,
    }).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]])),
  );
}
