import { createHash, randomBytes } from "node:crypto";
import { LosslessNumber } from "lossless-json";
import * as z from "zod";
import type { Dataset, DatasetRow, StoredRow } from "../../registry/evaluation/datasets.ts";
import { inputsText } from "../../registry/evaluation/inputs-text.ts";
import { isJsonObject, type JsonValue, pythonJson } from "../../registry/json.ts";
import { digestOf, getDataset } from "./datasets.ts";
import type { EvaluationScope } from "./evaluation-scope.ts";
import { objectOf } from "./json-text.ts";

const text = z.string().nullable();
const storedRow = z.object({
  dataset_record_id: z.string(),
  inputs: z.string(),
  expectations: text,
  tags: text,
  source: text,
});
const tagValues = z.record(z.string(), z.string());
const traceSource = z.object({ source_data: z.object({ trace_id: z.string() }) });
const schemaRow = z.object({ schema: text });
const countRow = z.object({ count: z.number() });

/** Adds rows, and merges those whose inputs the dataset has, as MLflow does. */
export function addRows(
  scope: EvaluationScope,
  { id, name }: Dataset,
  rows: readonly DatasetRow[],
): { readonly inserted: number; readonly updated: number; readonly dataset: Dataset } {
  const { updatedAt } = getDataset(scope, id);
  // The digest is made of it, so it has to change within a millisecond, too.
  const now = Math.max(Date.now(), updatedAt + 1);
  let updated = 0;
  for (const [index, row] of rows.entries()) {
    if (mergeRow(scope, id, row, now)) updated += 1;
    else insertRow(scope, id, row, now, index);
  }
  const [{ count } = { count: 0 }] = scope.select(
    countRow,
    "SELECT count(*) AS count FROM evaluation_dataset_records WHERE dataset_id = :id",
    { id },
  );
  scope.change(
    `UPDATE evaluation_datasets SET digest = :digest, last_update_time = :now, schema = :schema,
       profile = :profile WHERE dataset_id = :id`,
    {
      id,
      now,
      digest: digestOf(name, now),
      schema: pythonJson(schemaWith(scope, id, rows)),
      profile: pythonJson({ num_records: count }),
    },
  );
  return { inserted: rows.length - updated, updated, dataset: getDataset(scope, id) };
}

export function readRows(
  scope: EvaluationScope,
  { id }: Dataset,
  limit: number,
): readonly StoredRow[] {
  getDataset(scope, id);
  const rows = scope.select(
    storedRow,
    `SELECT dataset_record_id, inputs, expectations, tags, source FROM evaluation_dataset_records
     WHERE dataset_id = :id ORDER BY created_time, dataset_record_id LIMIT :limit`,
    { id, limit },
  );
  return rows.map(toRow);
}

function toRow(row: z.infer<typeof storedRow>): StoredRow {
  const tags = tagValues.safeParse(objectOf(row.tags));
  const source = traceSource.safeParse(objectOf(row.source));
  return {
    id: row.dataset_record_id,
    inputs: objectOf(row.inputs),
    expectations: objectOf(row.expectations),
    ...(tags.success && Object.keys(tags.data).length > 0 ? { tags: tags.data } : {}),
    ...(source.success ? { sourceTrace: source.data.source_data.trace_id } : {}),
  };
}

/** @returns false when no row has the inputs */
function mergeRow(
  scope: EvaluationScope,
  datasetId: string,
  { inputs, expectations, tags }: DatasetRow,
  now: number,
): boolean {
  const key = { datasetId, hash: hashOf(inputs) };
  const where = "dataset_id = :datasetId AND input_hash = :hash";
  const [existing] = scope.select(
    storedRow,
    `SELECT dataset_record_id, inputs, expectations, tags, source FROM evaluation_dataset_records
     WHERE ${where}`,
    key,
  );
  if (existing === undefined) return false;
  scope.change(
    `UPDATE evaluation_dataset_records SET expectations = :expectations, tags = :tags,
       last_update_time = :now WHERE ${where}`,
    {
      ...key,
      now,
      expectations: pythonJson({ ...objectOf(existing.expectations), ...expectations }),
      tags: pythonJson({ ...objectOf(existing.tags), ...tags }),
    },
  );
  return true;
}

function insertRow(
  scope: EvaluationScope,
  datasetId: string,
  { inputs, expectations, tags = {}, sourceTrace }: DatasetRow,
  now: number,
  index: number,
): void {
  const source =
    sourceTrace === undefined
      ? null
      : { source_type: "TRACE", source_data: { trace_id: sourceTrace } };
  scope.insert("evaluation_dataset_records", {
    dataset_record_id: rowId(now, index),
    dataset_id: datasetId,
    inputs: pythonJson(inputs),
    expectations: pythonJson(expectations),
    tags: pythonJson(tags),
    source: pythonJson(source),
    source_id: sourceTrace ?? null,
    source_type: sourceTrace === undefined ? null : "TRACE",
    created_time: now,
    last_update_time: now,
    input_hash: hashOf(inputs),
    outputs: pythonJson({ mlflow_wrapped: {} }),
  });
}

/** MLflow orders rows that were added at the same moment by their IDs, so these are in order. */
function rowId(now: number, index: number): string {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, "0");
  return `dr-${hex(now, 12)}${hex(index, 6)}${randomBytes(7).toString("hex")}`;
}

function hashOf(inputs: DatasetRow["inputs"]): string {
  return createHash("sha256").update(inputsText(inputs)).digest("hex");
}

/** The types of all fields that the rows have had, by the first value of each. */
function schemaWith(scope: EvaluationScope, id: string, rows: readonly DatasetRow[]) {
  const sql = "SELECT schema FROM evaluation_datasets WHERE dataset_id = :id";
  const known = objectOf(scope.select(schemaRow, sql, { id })[0]?.schema);
  const types = (part: "inputs" | "expectations") => {
    const before = known[part];
    const fields = new Map(isObject(before) ? Object.entries(before) : []);
    for (const [name, value] of rows.flatMap((row) => Object.entries(row[part]))) {
      if (!fields.has(name)) fields.set(name, typeOf(value));
    }
    return Object.fromEntries(fields);
  };
  return {
    outputs: {},
    version: "1.0",
    ...known,
    inputs: types("inputs"),
    expectations: types("expectations"),
  };
}

function isObject(value: JsonValue | undefined) {
  return value !== undefined && isJsonObject(value);
}

/** MLflow's names of types. */
function typeOf(value: JsonValue): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  if (value instanceof LosslessNumber) return /[.e]/i.test(value.value) ? "float" : "integer";
  if (typeof value === "number") return Number.isInteger(value) ? "integer" : "float";
  return typeof value;
}
