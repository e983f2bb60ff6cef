import type { Label, Score } from "../../registry/evaluation/scores.ts";
import { tracedInputs, tracedOutput } from "../../registry/evaluation/traced-values.ts";
import type { JsonObject, JsonValue } from "../../registry/json.ts";
import { jsonOf } from "./any-value.ts";
import { readAssessments } from "./assessments.ts";
import type { WireSpan, WireTrace } from "./wire.ts";

/** What is read of a trace. Times are milliseconds since 1970. */
export interface ReadTrace {
  readonly traceId: string;
  readonly at: number;
  readonly latencyMs: number;
  readonly inputs: JsonObject;
  /** The text of the answer; what is no text is JSON text. */
  readonly output?: string;
  readonly error?: string;
  readonly expectations: JsonObject;
  readonly scores: readonly Score[];
  readonly labels: readonly Label[];
}

/** @param runId only scores of this run */
export function readTrace({ trace_info, spans }: WireTrace, runId?: string): ReadTrace {
  const { trace_id, request_time, execution_duration, assessments } = trace_info;
  const root = spans.find(({ parent_span_id }) => parent_span_id === "");
  const output = tracedOutput(attribute(root, "mlflow.spanOutputs"));
  const error = errorOf(root, trace_info.state);
  return {
    traceId: trace_id,
    at: Date.parse(request_time),
    latencyMs: milliseconds(execution_duration),
    inputs: tracedInputs(attribute(root, "mlflow.spanInputs")),
    ...(output === undefined ? {} : { output }),
    ...(error === undefined ? {} : { error }),
    ...readAssessments(assessments, runId),
  };
}

/** The value of a span's attribute; null when it has none. */
export function attribute(span: WireSpan | undefined, name: string): JsonValue {
  return jsonOf(span?.attributes.find(({ key }) => key === name)?.value);
}

function errorOf(root: WireSpan | undefined, state: string): string | undefined {
  if (state !== "ERROR") return undefined;
  return root?.status.message || "The trace says that it failed, and not why.";
}

/** @param duration seconds, such as "0.043s" */
function milliseconds(duration: string | null | undefined): number {
  const seconds = Number(duration?.replace(/s$/, "") ?? 0);
  return Number.isFinite(seconds) ? Math.round(seconds * 1e6) / 1e3 : 0;
}
