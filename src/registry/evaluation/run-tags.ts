import type { NewRun } from "./runs.ts";
import { linkedPromptsText } from "./stored-trace.ts";

/** Tags of a run of ours. The second baseline is MLflow's own (3.18), for its UI. */
export const runTag = {
  plan: "mcp.evaluation.plan",
  baseline: "mcp.evaluation.baseline",
  mlflowBaseline: "mlflow.evaluation.baselineRunId",
  qualityCriteria: "mlflow.genaiEvaluate.qualityCriteria",
  linkedPrompts: "mlflow.linkedPrompts",
} as const;

/** What marks a run as an evaluation: since MLflow 3.11, and before. */
export const runMarks = [
  { key: "mlflow.runType", value: "genai_evaluate" },
  { key: "mlflow.run.isEval", value: "true" },
] as const;

/** Tags of a row's trace: its `rowKey`, and the record of the dataset. */
export const rowTag = "mcp.evaluation.row";
export const recordTag = "mcp.evaluation.record";

/** The tags of a new run, without its plan. */
export function runTagsOf({ prompt, baselineRunId, user }: NewRun) {
  return {
    ...Object.fromEntries(runMarks.map(({ key, value }) => [key, value])),
    [runTag.linkedPrompts]: linkedPromptsText(prompt),
    "mlflow.source.name": "mlflow-prompts-mcp",
    "mlflow.source.type": "LOCAL",
    ...(user === undefined ? {} : { "mlflow.user": user }),
    ...(baselineRunId === undefined
      ? {}
      : { [runTag.baseline]: baselineRunId, [runTag.mlflowBaseline]: baselineRunId }),
  };
}
