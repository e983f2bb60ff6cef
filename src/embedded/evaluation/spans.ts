import { LosslessNumber } from "lossless-json";
import { cost, type SpanContent, spanContents } from "../../registry/evaluation/stored-trace.ts";
import { pythonJson } from "../../registry/json.ts";
import type { PromptTrace } from "../../registry/traces.ts";
import type { Values } from "../file/database.ts";
import type { EvaluationScope } from "./evaluation-scope.ts";

/** 16 hexadecimal digits each. */
export interface SpanIds {
  readonly root: string;
  readonly chat: string;
}

/** Writes the run, and within it the call of the model, as MLflow's own spans are (3.8 to 3.17). */
export function insertSpans(
  scope: EvaluationScope,
  experimentId: number,
  trace: PromptTrace,
  name: string,
  ids: SpanIds,
): void {
  const { root, chat } = spanContents(trace, name);
  insertSpan(scope, experimentId, trace, { ...root, id: ids.root, parent: null });
  insertSpan(scope, experimentId, trace, { ...chat, id: ids.chat, parent: ids.root });
}

function insertSpan(
  scope: EvaluationScope,
  experimentId: number,
  trace: PromptTrace,
  span: SpanContent & { readonly id: string; readonly parent: string | null },
): void {
  const { traceId, startedAt, endedAt, error, call } = trace;
  const [start, end] = [nanoseconds(startedAt), nanoseconds(endedAt)];
  const isChat = span.type === "CHAT_MODEL";
  const all = { "mlflow.traceRequestId": traceId, ...span.attributes };
  const content = {
    trace_id: base64(traceId.replace("tr-", "")),
    span_id: base64(span.id),
    parent_span_id: span.parent === null ? null : base64(span.parent),
    name: span.name,
    start_time_unix_nano: new LosslessNumber(start),
    end_time_unix_nano: new LosslessNumber(end),
    events: [],
    status: {
      code: error === undefined ? "STATUS_CODE_OK" : "STATUS_CODE_ERROR",
      message: error ?? "",
    },
    attributes: Object.fromEntries(
      Object.entries(all).map(([key, value]) => [key, pythonJson(value)]),
    ),
    links: [],
  };
  const costs: Values = isChat && call.cost ? cost(call.cost) : {};
  scope.insert("spans", {
    trace_id: traceId,
    experiment_id: experimentId,
    span_id: span.id,
    parent_span_id: span.parent,
    name: span.name,
    type: span.type,
    status: error === undefined ? "OK" : "ERROR",
    // Texts, which SQLite makes integers of: JavaScript has no such numbers.
    start_time_unix_nano: start,
    end_time_unix_nano: end,
    content: pythonJson(content),
    ...(isChat ? modelColumns(call) : {}),
    ...costs,
  });
  // 3.10 to 3.16 have them there. 3.17 has columns, and leaves the table empty.
  if (!scope.has("span_metrics", "key") || scope.has("spans", "total_cost")) return;
  for (const [key, value] of Object.entries(costs)) {
    scope.insert("span_metrics", { trace_id: traceId, span_id: span.id, key, value });
  }
}

/** What MLflow's statistics group by: a JSON text in 3.10 to 3.16, and columns since 3.17. */
function modelColumns({ model, provider }: PromptTrace["call"]) {
  return {
    model_name: model,
    model_provider: provider ?? null,
    dimension_attributes: pythonJson({
      "mlflow.llm.model": model,
      "mlflow.llm.provider": provider,
    }),
  };
}

function base64(hex: string): string {
  return Buffer.from(hex, "hex").toString("base64");
}

function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(ms * 1_000)) * 1_000n);
}
