import * as z from "zod";

export const traceUrl = z
  .string()
  .optional()
  .describe("The trace's page in MLflow's UI. Absent where there is none, or its address is kept.");

/** @param url its page, where there is one that callers may know */
export function viewTrace(
  traceId: string,
  url: string | undefined,
): { readonly trace_id: string; readonly trace_url?: string } {
  return { trace_id: traceId, ...(url === undefined ? {} : { trace_url: url }) };
}
