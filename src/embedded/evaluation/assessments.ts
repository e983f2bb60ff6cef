import { LosslessNumber } from "lossless-json";
import * as z from "zod";
import { judged, judgeMetadata } from "../../registry/evaluation/judge-metadata.ts";
import { assessmentIdOf } from "../../registry/evaluation/row-identity.ts";
import type { RowResult } from "../../registry/evaluation/runs.ts";
import {
  type Label,
  numberOfScore,
  type Score,
  type ScoreValue,
} from "../../registry/evaluation/scores.ts";
import {
  type JsonObject,
  type JsonValue,
  numberOf,
  pythonJson,
  stringifyJson,
} from "../../registry/json.ts";
import type { EvaluationScope } from "./evaluation-scope.ts";
import { jsonOf, objectOf } from "./json-text.ts";

/** Where MLflow names the run that an assessment is of: it leaves the column empty (3.8 to 3.17). */
const sourceRun = "mlflow.assessment.sourceRunId";

/** The trace that an assessment is of. */
export interface AssessedTrace {
  readonly traceId: string;
  readonly experimentId: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

const text = z.string().nullable();
export const assessmentRow = z.object({
  trace_id: z.string(),
  name: z.string(),
  assessment_type: z.string(),
  value: z.string(),
  error: text,
  source_type: z.string(),
  source_id: text,
  rationale: text,
  assessment_metadata: text,
});
export type AssessmentRow = z.infer<typeof assessmentRow>;

const errorOf = z
  .object({ error_code: z.string().nullable(), error_message: z.string().nullable() })
  .partial();

/** Writes the scores and expectations of a row as MLflow's own evaluation does. */
export function insertAssessments(
  scope: EvaluationScope,
  trace: AssessedTrace,
  run: { readonly id: string; readonly rootSpanId: string },
  result: RowResult,
): void {
  const { scores, expectations, endedAt, user = "user" } = result;
  const shared = { at: endedAt, spanId: run.rootSpanId };
  for (const score of scores) {
    insert(scope, trace, {
      ...shared,
      id: assessmentIdOf(trace.traceId, "score", score.scorer),
      name: score.scorer,
      type: "feedback",
      value: score.value ?? null,
      ...(score.error === undefined ? {} : { error: score.error }),
      source:
        score.judge === undefined
          ? { type: "CODE", id: score.scorer }
          : { type: "LLM_JUDGE", id: score.judge.model },
      ...(score.reason === undefined ? {} : { rationale: score.reason }),
      metadata: { [sourceRun]: run.id, ...judgeMetadata(score) },
    });
  }
  // MLflow refuses null as an expectation. It expects nothing, like one that is absent.
  for (const [name, value] of Object.entries(expectations).filter(([, value]) => value !== null)) {
    insert(scope, trace, {
      ...shared,
      id: assessmentIdOf(trace.traceId, "expectation", name),
      name,
      type: "expectation",
      value,
      source: { type: "HUMAN", id: user },
      metadata: { [sourceRun]: run.id },
    });
  }
}

/** Writes a person's label, in place of one with the same ID. @param id 34 characters */
export function writeLabel(
  scope: EvaluationScope,
  trace: AssessedTrace,
  id: string,
  { name, value, comment, user }: Label,
): void {
  scope.change("DELETE FROM assessments WHERE assessment_id = :id", { id });
  insert(scope, trace, {
    id,
    name,
    type: "feedback",
    value,
    at: Date.now(),
    source: { type: "HUMAN", id: user ?? "user" },
    ...(comment === undefined ? {} : { rationale: comment }),
  });
}

/** What the assessments of a trace say. */
export interface Assessed {
  readonly scores: readonly Score[];
  readonly labels: readonly Label[];
  readonly expectations: JsonObject;
}

/** @param runId only scores of this run, as MLflow's UI shows them; absent: of any */
export function readAssessments(rows: readonly AssessmentRow[], runId?: string): Assessed {
  const feedback = rows.filter(({ assessment_type }) => assessment_type === "feedback");
  const isHuman = ({ source_type }: AssessmentRow) => source_type === "HUMAN";
  const isOfRun = ({ assessment_metadata }: AssessmentRow) =>
    runId === undefined || (objectOf(assessment_metadata)[sourceRun] ?? runId) === runId;
  return {
    scores: feedback.filter((row) => !isHuman(row) && isOfRun(row)).map(toScore),
    labels: feedback.filter(isHuman).flatMap(toLabel),
    expectations: Object.fromEntries(
      rows
        .filter(({ assessment_type }) => assessment_type === "expectation")
        .map(({ name, value }) => [name, jsonOf(value) ?? value]),
    ),
  };
}

interface NewAssessment {
  readonly id: string;
  readonly name: string;
  readonly type: "feedback" | "expectation";
  readonly value: JsonValue;
  readonly error?: string;
  readonly source: { readonly type: "CODE" | "LLM_JUDGE" | "HUMAN"; readonly id: string };
  readonly at: number;
  readonly spanId?: string;
  readonly rationale?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

function insert(scope: EvaluationScope, trace: AssessedTrace, one: NewAssessment): void {
  const { value, type, error } = one;
  const scalar = type === "feedback" ? toScoreValue(value) : undefined;
  const at = Math.round(one.at);
  scope.insert(
    "assessments",
    {
      assessment_id: one.id,
      trace_id: trace.traceId,
      name: one.name,
      assessment_type: type,
      value: pythonJson(value),
      error: error === undefined ? null : pythonJson(scorerError(error)),
      created_timestamp: at,
      last_updated_timestamp: at,
      source_type: one.source.type,
      source_id: one.source.id,
      span_id: one.spanId ?? null,
      rationale: one.rationale ?? null,
      valid: 1,
      assessment_metadata: one.metadata === undefined ? null : pythonJson(one.metadata),
      experiment_id: trace.experimentId,
      trace_timestamp_ms: trace.startedAt,
      aggregate_value: (scalar === undefined ? undefined : numberOfScore(scalar)) ?? null,
      is_numeric_value: typeof scalar === "number" ? 1 : 0,
    },
    "IGNORE",
  );
}

function scorerError(message: string) {
  return { error_code: "SCORER_ERROR", error_message: message, stack_trace: null };
}

function toScore(row: AssessmentRow): Score {
  const value = toScoreValue(jsonOf(row.value));
  const failed = failureOf(row) ?? (value === undefined ? "The scorer gave no value." : undefined);
  return {
    scorer: row.name,
    ...(failed === undefined ? { value } : { error: failed }),
    ...(row.rationale ? { reason: row.rationale } : {}),
    ...(row.source_type === "LLM_JUDGE"
      ? { judge: { model: row.source_id ?? "", ...readJudge(row) } }
      : {}),
  };
}

function failureOf({ error }: AssessmentRow): string | undefined {
  if (error === null) return undefined;
  const parsed = errorOf.safeParse(objectOf(error));
  const said = parsed.success ? parsed.data.error_message || parsed.data.error_code : undefined;
  return said || "The scorer failed, and did not say why.";
}

function readJudge(row: AssessmentRow): Omit<NonNullable<Score["judge"]>, "model"> {
  const metadata = objectOf(row.assessment_metadata);
  return Object.fromEntries(
    Object.entries(judged).flatMap(([name, key]) => {
      const value = metadata[key];
      const number = typeof value === "string" ? Number(value) : Number.NaN;
      return Number.isFinite(number) ? [[name, number]] : [];
    }),
  );
}

function toLabel({ name, value, rationale, source_id }: AssessmentRow): Label[] {
  const said = toScoreValue(jsonOf(value));
  if (said === undefined) return [];
  return [
    {
      name,
      value: said,
      ...(rationale ? { comment: rationale } : {}),
      ...(source_id ? { user: source_id } : {}),
    },
  ];
}

/** Lists and objects, which MLflow's scorers may give, become JSON texts. */
function toScoreValue(value: JsonValue | undefined): ScoreValue | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "boolean" || typeof value === "number" || typeof value === "string") {
    return value;
  }
  return value instanceof LosslessNumber ? numberOf(value) : stringifyJson(value);
}
