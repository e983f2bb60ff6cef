import { traceIdOf } from "../../registry/evaluation/row-identity.ts";
import { recordTag, rowTag } from "../../registry/evaluation/run-tags.ts";
import type { RowResult } from "../../registry/evaluation/runs.ts";
import { spansOf } from "../traces/prompt-spans.ts";
import { encodeSpans } from "../traces/spans.ts";
import { traceInfo } from "../traces/trace-info.ts";
import { assessmentsOf } from "./assessments.ts";

/** Of the traces. */
const name = "evaluate_prompt";

/** A row of a run as MLflow takes it. */
export interface RowTrace {
  readonly traceId: string;
  readonly prompt: RowResult["prompt"];
  /** With its assessments. */
  readonly info: Readonly<Record<string, unknown>>;
  /** A part of an OTLP request: such parts may be joined. */
  readonly spans: Buffer;
}

/** All IDs follow from the run and the row, so that a row that is sent twice is stored once. */
export function rowTrace(experimentId: string, runId: string, result: RowResult): RowTrace {
  const traceId = traceIdOf(runId, result.rowKey);
  const hex = traceId.replace("tr-", "");
  const ids = { root: hex.slice(0, 16), chat: hex.slice(16) };
  const trace = { ...result, traceId };
  const info = traceInfo(experimentId, trace, {
    name,
    metadata: { "mlflow.sourceRun": runId },
    tags: {
      [rowTag]: result.rowKey,
      ...(result.recordId === undefined ? {} : { [recordTag]: result.recordId }),
    },
  });
  const assessments = assessmentsOf({ traceId, runId, rootSpanId: ids.root }, result);
  return {
    traceId,
    prompt: result.prompt,
    info: { ...info, assessments },
    spans: encodeSpans(hex, spansOf(trace, name, ids)),
  };
}
