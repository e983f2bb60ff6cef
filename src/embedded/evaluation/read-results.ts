import * as z from "zod";
import { rowTag } from "../../registry/evaluation/run-tags.ts";
import type { ReadResult } from "../../registry/evaluation/runs.ts";
import type { EvaluationScope } from "./evaluation-scope.ts";
import { objectOf } from "./json-text.ts";
import { readTraces } from "./read-traces.ts";
import { requireRun } from "./runs.ts";

const idRow = z.object({ request_id: z.string() });
const number = z.number().nullable();
const columnsRow = z.object({
  request_id: z.string(),
  row_key: z.string().nullable(),
  input_tokens: number,
  output_tokens: number,
  total_cost: number,
});
const metadataRow = z.object({
  request_id: z.string(),
  row_key: z.string().nullable(),
  usage: z.string().nullable(),
  cost: z.string().nullable(),
});
const tokenUsage = z.object({ input_tokens: z.number(), output_tokens: z.number() });
const cost = z.object({ total_cost: z.number() });

/** @throws RegistryError `not_found` */
export function findResults(
  scope: EvaluationScope,
  runId: string,
  limit: number,
): readonly string[] {
  const experiment = requireRun(scope, runId);
  const rows = scope.select(
    idRow,
    `SELECT t.request_id FROM trace_info t WHERE t.experiment_id = :experiment AND
       EXISTS (SELECT 1 FROM spans s WHERE s.trace_id = t.request_id AND s.parent_span_id IS NULL) AND
       (EXISTS (SELECT 1 FROM trace_request_metadata m WHERE m.request_id = t.request_id
          AND m.key = 'mlflow.sourceRun' AND m.value = :runId) OR
        EXISTS (SELECT 1 FROM entity_associations a WHERE a.source_type = 'trace'
          AND a.source_id = t.request_id AND a.destination_type = 'run' AND a.destination_id = :runId))
     LIMIT :limit`,
    { experiment, runId, limit },
  );
  return rows.map(({ request_id }) => request_id);
}

/** Rows of a run of ours or of MLflow's own. */
export function readResults(
  scope: EvaluationScope,
  runId: string,
  traceIds: readonly string[],
): readonly ReadResult[] {
  const measured = readMeasured(scope, traceIds);
  return readTraces(scope, traceIds, runId).map(({ at: _, ...trace }) => ({
    ...trace,
    ...measured.get(trace.traceId),
  }));
}

type Measured = Pick<ReadResult, "rowKey" | "usage" | "usd">;

function readMeasured(
  scope: EvaluationScope,
  traceIds: readonly string[],
): ReadonlyMap<string, Measured> {
  const ids = JSON.stringify(traceIds);
  // MLflow before 3.17 has no columns for them.
  const rows = scope.has("trace_info", "input_tokens")
    ? scope.select(
        columnsRow,
        `SELECT t.request_id, ${tagOf(rowTag)} AS row_key, t.input_tokens, t.output_tokens, t.total_cost
         FROM json_each(:ids) wanted JOIN trace_info t ON t.request_id = wanted.value`,
        { ids },
      )
    : scope
        .select(
          metadataRow,
          `SELECT t.request_id, ${tagOf(rowTag)} AS row_key,
             ${metadataOf("mlflow.trace.tokenUsage")} AS usage, ${metadataOf("mlflow.trace.cost")} AS cost
           FROM json_each(:ids) wanted JOIN trace_info t ON t.request_id = wanted.value`,
          { ids },
        )
        .map(({ request_id, row_key, usage, cost: paid }) => ({
          request_id,
          row_key,
          input_tokens: null,
          output_tokens: null,
          total_cost: null,
          ...tokenUsage.safeParse(objectOf(usage)).data,
          ...cost.safeParse(objectOf(paid)).data,
        }));
  return new Map(rows.map((row) => [row.request_id, toMeasured(row)]));
}

function toMeasured(row: z.infer<typeof columnsRow>): Measured {
  const { row_key, input_tokens, output_tokens, total_cost } = row;
  return {
    ...(row_key === null ? {} : { rowKey: row_key }),
    ...(input_tokens === null || output_tokens === null
      ? {}
      : { usage: { inputTokens: input_tokens, outputTokens: output_tokens } }),
    ...(total_cost === null ? {} : { usd: total_cost }),
  };
}

function tagOf(key: string): string {
  return `(SELECT value FROM trace_tags WHERE request_id = t.request_id AND key = '${key}')`;
}

function metadataOf(key: string): string {
  return `(SELECT value FROM trace_request_metadata WHERE request_id = t.request_id AND key = '${key}')`;
}
