import * as z from "zod";
import { quote, RegistryError } from "../../registry/errors.ts";
import type { EvaluationScope } from "./evaluation-scope.ts";

const traceRow = z.object({ experiment_id: z.number().int(), timestamp_ms: z.number() });

/** @throws RegistryError `not_found` for a trace that the workspace does not have */
export function findTrace(
  scope: EvaluationScope,
  traceId: string,
): { readonly experimentId: number; readonly startedAt: number } {
  const { condition, values } = scope.inWorkspace("experiments");
  const [trace] = scope.select(
    traceRow,
    `SELECT t.experiment_id, t.timestamp_ms FROM trace_info t JOIN experiments USING (experiment_id)
     WHERE t.request_id = :traceId AND ${condition}`,
    { ...values, traceId },
  );
  if (trace === undefined) {
    throw new RegistryError(
      "not_found",
      `The registry has no trace ${quote(traceId)}. Read the results of an evaluation, or the uses of a version, for the IDs of traces.`,
    );
  }
  return { experimentId: trace.experiment_id, startedAt: trace.timestamp_ms };
}
