import * as z from "zod";
import type { EvaluationStore } from "../../registry/evaluation/evaluation-store.ts";

export const traceUrl = z
  .string()
  .optional()
  .describe("The trace's page in MLflow's UI. Absent where there is none, or its address is kept.");

/** @param store absent: the back end keeps no evaluations, and there are no pages */
export function viewTrace(
  store: Pick<EvaluationStore, "pageOfTrace"> | undefined,
  traceId: string,
): { readonly trace_id: string; readonly trace_url?: string } {
  const url = store?.pageOfTrace(traceId);
  return { trace_id: traceId, ...(url === undefined ? {} : { trace_url: url }) };
}
