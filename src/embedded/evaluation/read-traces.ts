import * as z from "zod";
import { tracedInputs, tracedOutput } from "../../registry/evaluation/traced-values.ts";
import type { JsonObject, JsonValue } from "../../registry/json.ts";
import {
  type Assessed,
  type AssessmentRow,
  assessmentRow,
  readAssessments,
} from "./assessments.ts";
import type { EvaluationScope } from "./evaluation-scope.ts";
import { jsonOf, objectOf } from "./json-text.ts";

const infoRow = z.object({
  request_id: z.string(),
  timestamp_ms: z.number(),
  execution_time_ms: z.number().nullable(),
  status: z.string(),
  content: z.string(),
});
const spanContent = z.object({
  attributes: z.record(z.string(), z.unknown()).default({}),
  status: z.object({ message: z.string().nullish() }).nullish(),
});

/** What is read of a trace. Times are milliseconds since 1970. */
export interface ReadTrace extends Assessed {
  readonly traceId: string;
  readonly at: number;
  readonly latencyMs: number;
  readonly inputs: JsonObject;
  /** The text of the answer; what is no text is JSON text. */
  readonly output?: string;
  readonly error?: string;
}

/**
 * Reads traces, in the order of their IDs' list. Those without a root span are left out: they are not
 * complete, or MLflow keeps their spans elsewhere.
 * @param runId only scores of this run
 */
export function readTraces(
  scope: EvaluationScope,
  traceIds: readonly string[],
  runId?: string,
): readonly ReadTrace[] {
  const ids = JSON.stringify(traceIds);
  const rows = scope.select(
    infoRow,
    `SELECT t.request_id, t.timestamp_ms, t.execution_time_ms, t.status, s.content
     FROM json_each(:ids) wanted
     JOIN trace_info t ON t.request_id = wanted.value
     JOIN spans s ON s.trace_id = t.request_id AND s.parent_span_id IS NULL
     GROUP BY t.request_id ORDER BY wanted.key`,
    { ids },
  );
  const assessments = scope.select(
    assessmentRow,
    `SELECT a.trace_id, a.name, a.assessment_type, a.value, a.error, a.source_type, a.source_id,
       a.rationale, a.assessment_metadata
     FROM json_each(:ids) wanted JOIN assessments a ON a.trace_id = wanted.value
     WHERE a.valid ORDER BY a.created_timestamp, a.rowid`,
    { ids },
  );
  const byTrace = new Map<string, AssessmentRow[]>(traceIds.map((id) => [id, []]));
  for (const row of assessments) byTrace.get(row.trace_id)?.push(row);
  return rows.map((row) => ({
    ...readInfo(row),
    ...readAssessments(byTrace.get(row.request_id) ?? [], runId),
  }));
}

function readInfo(row: z.infer<typeof infoRow>): Omit<ReadTrace, keyof Assessed> {
  const { attributes, status } = spanContent.parse(objectOf(row.content));
  const output = tracedOutput(attributeOf(attributes["mlflow.spanOutputs"]));
  return {
    traceId: row.request_id,
    at: row.timestamp_ms,
    latencyMs: row.execution_time_ms ?? 0,
    inputs: tracedInputs(attributeOf(attributes["mlflow.spanInputs"])),
    ...(output === undefined ? {} : { output }),
    ...(row.status === "ERROR"
      ? { error: status?.message || "The trace says that it failed, and not why." }
      : {}),
  };
}

/** MLflow keeps JSON texts; what another program traced may be a plain text. */
function attributeOf(value: unknown): JsonValue {
  return typeof value === "string" ? (jsonOf(value) ?? value) : null;
}
