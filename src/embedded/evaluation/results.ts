import { traceIdOf } from "../../registry/evaluation/row-identity.ts";
import { recordTag, rowTag } from "../../registry/evaluation/run-tags.ts";
import type { RowResult } from "../../registry/evaluation/runs.ts";
import { insertAssessments } from "./assessments.ts";
import type { EvaluationScope } from "./evaluation-scope.ts";
import { requireRun } from "./runs.ts";
import { insertTrace, linkTrace } from "./traces.ts";

/** Of the traces. */
const name = "evaluate_prompt";

/**
 * Stores rows of a run, all or none. IDs follow from the run and the row, and a row that is there is
 * complete, so it is left as it is.
 */
export function insertResults(
  scope: EvaluationScope,
  runId: string,
  results: readonly RowResult[],
): void {
  const experimentId = requireRun(scope, runId);
  const experiment = scope.readExperiment(experimentId);
  for (const result of results) {
    const traceId = traceIdOf(runId, result.rowKey);
    const hex = traceId.replace("tr-", "");
    const spanIds = { root: hex.slice(0, 16), chat: hex.slice(16) };
    const trace = { ...result, traceId };
    const isNew = insertTrace(scope, experiment, trace, {
      name,
      spanIds,
      metadata: { "mlflow.sourceRun": runId },
      tags: {
        [rowTag]: result.rowKey,
        ...(result.recordId === undefined ? {} : { [recordTag]: result.recordId }),
      },
    });
    if (!isNew) continue;
    linkTrace(scope, traceId, "run", runId);
    const assessed = { traceId, experimentId, startedAt: Math.round(result.startedAt) };
    insertAssessments(scope, assessed, { id: runId, rootSpanId: spanIds.root }, result);
  }
}
