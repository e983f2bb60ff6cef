import { quote, RegistryError } from "../../registry/errors.ts";
import { judged, judgeMetadata } from "../../registry/evaluation/judge-metadata.ts";
import { assessmentIdOf } from "../../registry/evaluation/row-identity.ts";
import type { RowResult } from "../../registry/evaluation/runs.ts";
import type { Label, Score, ScoreValue } from "../../registry/evaluation/scores.ts";
import { type JsonObject, type JsonValue, jsonValue, pythonJson } from "../../registry/json.ts";
import { readJson } from "../../registry/read-json.ts";
import type { WireAssessment } from "./wire.ts";

const sourceRun = "mlflow.assessment.sourceRunId";

/** Characters of a name or a source: the length of PostgreSQL's columns (3.8 to 3.17). */
const maxNameLength = 250;

/** Where the assessments of a trace belong. */
interface Place {
  readonly traceId: string;
  readonly runId: string;
  /** 16 hexadecimal digits. */
  readonly rootSpanId: string;
}

/**
 * The scores and expectations of a row, as MLflow's own evaluation writes them.
 * @throws RegistryError `invalid` for a name that is too long for MLflow
 */
export function assessmentsOf(place: Place, result: RowResult): readonly object[] {
  const { scores, expectations, endedAt, user = "user" } = result;
  const common = (kind: "score" | "expectation", name: string) => {
    if (name.length > maxNameLength) throw nameTooLong(name);
    const time = new Date(endedAt).toISOString();
    return {
      assessment_id: assessmentIdOf(place.traceId, kind, name),
      assessment_name: name,
      trace_id: place.traceId,
      span_id: place.rootSpanId,
      create_time: time,
      last_update_time: time,
    };
  };
  return [
    ...scores.map((score) => ({
      ...common("score", score.scorer),
      source: sourceOf(score),
      feedback: feedbackOf(score),
      ...(score.reason === undefined ? {} : { rationale: withoutNul(score.reason) }),
      metadata: { [sourceRun]: place.runId, ...judgeMetadata(score) },
      valid: true,
    })),
    ...Object.entries(expectations)
      .filter(isStored)
      .map(([name, value]) => ({
        ...common("expectation", name),
        source: { source_type: "HUMAN", source_id: user.slice(0, maxNameLength) },
        expectation: expectationOf(value),
        metadata: { [sourceRun]: place.runId },
      })),
  ];
}

/** A person's label as an assessment. */
export function labelAssessment(id: string, { name, value, comment, user }: Label) {
  if (name.length > maxNameLength) throw nameTooLong(name);
  return {
    assessment_id: id,
    assessment_name: name,
    source: { source_type: "HUMAN", source_id: (user ?? "user").slice(0, maxNameLength) },
    feedback: { value },
    ...(comment === undefined ? {} : { rationale: withoutNul(comment) }),
    valid: true,
  };
}

/** What the assessments of a trace say. */
export interface Assessed {
  readonly scores: readonly Score[];
  readonly labels: readonly Label[];
  readonly expectations: JsonObject;
}

/**
 * Reads assessments. MLflow's UI hides scores of other runs in a run, and so does this.
 * @param runId absent: scores of any run
 */
export function readAssessments(all: readonly WireAssessment[], runId?: string): Assessed {
  const valid = all.filter(({ valid }) => valid);
  const isHuman = ({ source }: WireAssessment) => source?.source_type === "HUMAN";
  const isOfRun = ({ metadata }: WireAssessment) =>
    runId === undefined || (metadata[sourceRun] ?? runId) === runId;
  return {
    scores: valid.filter((one) => one.feedback && !isHuman(one) && isOfRun(one)).map(toScore),
    labels: valid.filter((one) => one.feedback && isHuman(one)).flatMap(toLabel),
    expectations: Object.fromEntries(
      valid.flatMap(({ assessment_name, expectation }) =>
        expectation ? [[assessment_name, toExpectation(expectation)]] : [],
      ),
    ),
  };
}

function sourceOf({ scorer, judge }: Score) {
  const id = judge === undefined ? scorer : judge.model;
  const source_type = judge === undefined ? "CODE" : "LLM_JUDGE";
  return { source_type, source_id: id.slice(0, maxNameLength) };
}

function feedbackOf({ value, error }: Score) {
  if (error === undefined) return { value };
  return { value: null, error: { error_code: "SCORER_ERROR", error_message: withoutNul(error) } };
}

/** MLflow refuses null as an expectation. It expects nothing, like one that is absent. */
function isStored([, value]: readonly [string, JsonValue]): boolean {
  return value !== null;
}

/** MLflow's client sends lists and objects as JSON text. */
function expectationOf(value: JsonValue) {
  if (typeof value === "string" || typeof value === "boolean" || typeof value === "number") {
    return { value };
  }
  return {
    serialized_value: { serialization_format: "JSON_FORMAT", value: pythonJson(value) },
  };
}

function toExpectation({
  value,
  serialized_value,
}: NonNullable<WireAssessment["expectation"]>): JsonValue {
  if (!serialized_value) return toJson(value);
  try {
    return toJson(readJson(serialized_value.value));
  } catch {
    // Another format of another program: it is shown as it is stored.
    return serialized_value.value;
  }
}

function toScore(assessment: WireAssessment): Score {
  const { assessment_name: scorer, source, feedback, rationale, metadata } = assessment;
  const value = toScoreValue(feedback?.value);
  const error = feedback?.error;
  const said = error?.error_message || error?.error_code;
  const failed = said || (value === undefined ? "The scorer gave no value." : undefined);
  return {
    scorer,
    ...(failed === undefined ? { value } : { error: failed }),
    ...(rationale ? { reason: rationale } : {}),
    ...(source?.source_type === "LLM_JUDGE"
      ? { judge: { model: source.source_id, ...readJudge(metadata) } }
      : {}),
  };
}

function readJudge(
  metadata: WireAssessment["metadata"],
): Omit<NonNullable<Score["judge"]>, "model"> {
  return Object.fromEntries(
    Object.entries(judged).flatMap(([name, key]) => {
      const value = Number(metadata[key] ?? Number.NaN);
      return Number.isFinite(value) ? [[name, value]] : [];
    }),
  );
}

function toLabel({ assessment_name: name, feedback, rationale, source }: WireAssessment): Label[] {
  const value = toScoreValue(feedback?.value);
  if (value === undefined) return [];
  return [
    {
      name,
      value,
      ...(rationale ? { comment: rationale } : {}),
      ...(source?.source_id ? { user: source.source_id } : {}),
    },
  ];
}

/** Lists and objects, which MLflow's scorers may give, become JSON texts. */
function toScoreValue(value: unknown): ScoreValue | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "boolean" || typeof value === "number" || typeof value === "string") {
    return value;
  }
  return JSON.stringify(value);
}

function toJson(value: unknown): JsonValue {
  return jsonValue.parse(value ?? null);
}

/** PostgreSQL refuses it in texts. */
function withoutNul(text: string): string {
  return text.replaceAll("\0", "");
}

function nameTooLong(name: string): RegistryError {
  return new RegistryError(
    "invalid",
    `MLflow takes at most ${maxNameLength} characters as the name of a score, a label or an expectation, and ${quote(`${name.slice(0, 40)}...`)} has ${name.length}. Use a shorter name.`,
  );
}
