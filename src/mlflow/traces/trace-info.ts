import { cutPreview, linkedPromptsText, previews } from "../../registry/evaluation/stored-trace.ts";
import type { PromptTrace } from "../../registry/traces.ts";

/** What MLflow keeps of a trace beside its spans, as `POST /api/3.0/mlflow/traces` takes it. */
export function traceInfo(
  experimentId: string,
  trace: PromptTrace,
  {
    name,
    metadata,
    tags,
  }: {
    readonly name: string;
    readonly metadata?: Readonly<Record<string, string>>;
    readonly tags?: Readonly<Record<string, string>>;
  },
) {
  const { traceId, prompt, startedAt, endedAt, error, user } = trace;
  const { request, response } = previews(trace);
  return {
    trace_id: traceId,
    trace_location: {
      type: "MLFLOW_EXPERIMENT",
      mlflow_experiment: { experiment_id: experimentId },
    },
    request_time: new Date(startedAt).toISOString(),
    execution_duration: `${((endedAt - startedAt) / 1_000).toFixed(3)}s`,
    state: error === undefined ? "OK" : "ERROR",
    request_preview: cutPreview(withoutNul(request)),
    response_preview: cutPreview(withoutNul(response)),
    trace_metadata: {
      "mlflow.trace_schema.version": "3",
      ...(user === undefined ? {} : { "mlflow.user": user }),
      ...metadata,
    },
    tags: {
      "mlflow.traceName": name,
      "mlflow.linkedPrompts": linkedPromptsText(prompt),
      ...tags,
    },
  };
}

/** PostgreSQL refuses NUL. */
function withoutNul(text: string): string {
  return text.replaceAll("\0", "");
}
