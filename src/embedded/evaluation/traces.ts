import { randomUUID } from "node:crypto";
import {
  cost,
  cutPreview,
  linkedPromptsText,
  previews,
  tokenUsage,
} from "../../registry/evaluation/stored-trace.ts";
import { pythonJson } from "../../registry/json.ts";
import type { PromptTrace } from "../../registry/traces.ts";
import type { EvaluationScope, Experiment } from "./evaluation-scope.ts";
import { insertSpans, type SpanIds } from "./spans.ts";

/** What a trace is called, and what else is said of it. */
export interface TraceDetails {
  readonly name: string;
  readonly spanIds: SpanIds;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
}

/**
 * Writes a trace with its spans, linked to the version, as MLflow's store does (3.8 to 3.17).
 * @returns false when the trace is there already: then nothing is written
 */
export function insertTrace(
  scope: EvaluationScope,
  experiment: Experiment,
  trace: PromptTrace,
  details: TraceDetails,
): boolean {
  if (!insertInfo(scope, experiment, trace, details.name)) return false;
  const { traceId, prompt } = trace;
  insertMembers(scope, "trace_tags", traceId, tagsOf(scope, experiment, trace, details));
  insertMembers(scope, "trace_request_metadata", traceId, metadataOf(scope, trace, details));
  insertMetrics(scope, trace);
  insertSpans(scope, experiment.id, trace, details.name, details.spanIds);
  linkTrace(scope, traceId, "prompt_version", `${prompt.name}/${prompt.version}`);
  return true;
}

/** Links a trace to what it belongs to. A link that exists stays as it is. */
export function linkTrace(
  scope: EvaluationScope,
  traceId: string,
  type: "prompt_version" | "run",
  id: string,
): void {
  const link = {
    association_id: randomUUID().replaceAll("-", ""),
    source_type: "trace",
    source_id: traceId,
    destination_type: type,
    destination_id: id,
    created_time: Date.now(),
  };
  scope.insert("entity_associations", link, "IGNORE");
}

function insertInfo(
  scope: EvaluationScope,
  experiment: Experiment,
  trace: PromptTrace,
  name: string,
): boolean {
  const { traceId, startedAt, endedAt, error, call } = trace;
  const { request, response } = previews(trace);
  return scope.insert(
    "trace_info",
    {
      request_id: traceId,
      experiment_id: experiment.id,
      timestamp_ms: Math.round(startedAt),
      execution_time_ms: Math.round(endedAt - startedAt),
      status: error === undefined ? "OK" : "ERROR",
      request_preview: cutPreview(request),
      response_preview: cutPreview(response),
      db_payload_generation: 1,
      trace_name: name,
      ...(call.usage === undefined ? {} : tokenUsage(call.usage)),
      ...(call.cost === undefined ? {} : cost(call.cost)),
    },
    "IGNORE",
  );
}

function tagsOf(
  scope: EvaluationScope,
  experiment: Experiment,
  { traceId, prompt }: PromptTrace,
  { name, tags }: TraceDetails,
) {
  return {
    ...(scope.has("trace_info", "trace_name") ? {} : { "mlflow.traceName": name }),
    "mlflow.artifactLocation": `${experiment.artifacts}/traces/${traceId}/artifacts`,
    "mlflow.trace.spansLocation": "TRACKING_STORE",
    "mlflow.linkedPrompts": linkedPromptsText(prompt),
    ...tags,
  };
}

function metadataOf(
  scope: EvaluationScope,
  { user, call }: PromptTrace,
  { metadata }: TraceDetails,
) {
  const hasColumns = scope.has("trace_info", "input_tokens");
  return {
    "mlflow.trace_schema.version": "3",
    "mlflow.trace.infoFinalized": "true",
    ...(user === undefined ? {} : { "mlflow.user": user }),
    ...(hasColumns || call.usage === undefined
      ? {}
      : { "mlflow.trace.tokenUsage": pythonJson(tokenUsage(call.usage)) }),
    ...(hasColumns || call.cost === undefined
      ? {}
      : { "mlflow.trace.cost": pythonJson(cost(call.cost)) }),
    ...metadata,
  };
}

/** 3.9 to 3.16 have the tokens there. 3.17 has columns, and leaves the table empty. */
function insertMetrics(scope: EvaluationScope, { traceId, call: { usage } }: PromptTrace): void {
  if (usage === undefined || scope.has("trace_info", "total_tokens")) return;
  if (!scope.has("trace_metrics", "key")) return;
  for (const [key, value] of Object.entries(tokenUsage(usage))) {
    scope.insert("trace_metrics", { request_id: traceId, key, value });
  }
}

function insertMembers(
  scope: EvaluationScope,
  table: "trace_tags" | "trace_request_metadata",
  traceId: string,
  members: Readonly<Record<string, string>>,
): void {
  for (const [key, value] of Object.entries(members)) {
    scope.insert(table, { key, value, request_id: traceId });
  }
}
