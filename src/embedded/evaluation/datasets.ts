import { createHash, randomUUID } from "node:crypto";
import * as z from "zod";
import {
  datasetNameTaken,
  noDataset,
  severalDatasets,
  tiedToAnother,
} from "../../registry/evaluation/dataset-errors.ts";
import {
  type Dataset,
  type DatasetSearch,
  datasetPromptTag,
} from "../../registry/evaluation/datasets.ts";
import { decodeCursor, encodeCursor } from "../../registry/search/cursor.ts";
import type { Page } from "../../registry/types.ts";
import type { Values } from "../file/database.ts";
import type { EvaluationScope } from "./evaluation-scope.ts";
import { objectOf } from "./json-text.ts";

const number = z.number().nullable();
const datasetRow = z.object({
  dataset_id: z.string(),
  name: z.string(),
  digest: z.string().nullable(),
  profile: z.string().nullable(),
  created_time: number,
  last_update_time: number,
  prompt: z.string().nullable(),
});
const profile = z.object({ num_records: z.number() }).partial();

/** Datasets are ordered by the time they were made, newest first, and then by their IDs. */
const position = z.object({ at: z.number(), id: z.string() });

export function listDatasets(
  scope: EvaluationScope,
  { prompt, limit, cursor }: DatasetSearch,
): Page<Dataset> {
  const listing = { identity: ["datasets", prompt], after: position };
  const after = decodeCursor(listing, cursor);
  const found = selectDatasets(
    scope,
    `(:prompt IS NULL OR t.value = :prompt) AND (:at IS NULL OR evaluation_datasets.created_time < :at
       OR (evaluation_datasets.created_time = :at AND evaluation_datasets.dataset_id > :id))`,
    { prompt: prompt ?? null, at: after?.at ?? null, id: after?.id ?? null },
    limit + 1,
  );
  const items = found.slice(0, limit);
  const last = items.at(-1);
  if (last === undefined || found.length <= limit) return { items };
  return { items, nextCursor: encodeCursor(listing, { at: last.createdAt, id: last.id }) };
}

/** @throws RegistryError `not_found`, `conflict` when several have the name */
export function getDataset(scope: EvaluationScope, nameOrId: string): Dataset {
  const isId = /^d-[0-9a-f]{32}$/.test(nameOrId);
  const [dataset, ...others] = isId ? findById(scope, nameOrId) : findByName(scope, nameOrId);
  if (dataset === undefined) throw noDataset("The registry", nameOrId);
  if (others.length > 0) throw severalDatasets("The registry", [dataset, ...others]);
  return dataset;
}

/** @throws RegistryError `already_exists` */
export function createDataset(
  scope: EvaluationScope,
  name: string,
  { prompt }: { readonly prompt?: string },
): Dataset {
  if (findByName(scope, name).length > 0) throw datasetNameTaken("The registry", name);
  const id = `d-${randomUUID().replaceAll("-", "")}`;
  const now = Date.now();
  scope.insert("evaluation_datasets", {
    dataset_id: id,
    name,
    digest: digestOf(name, now),
    created_time: now,
    last_update_time: now,
  });
  if (prompt !== undefined) insertPromptTag(scope, id, prompt);
  scope.insert("entity_associations", {
    association_id: `a-${randomUUID().replaceAll("-", "")}`,
    source_type: "evaluation_dataset",
    source_id: id,
    destination_type: "experiment",
    destination_id: String(scope.ensureExperiment().id),
    created_time: now,
  });
  return getDataset(scope, id);
}

/** @throws RegistryError `conflict` when the dataset is tied to another prompt */
export function tieDataset(scope: EvaluationScope, { id }: Dataset, prompt: string): Dataset {
  const dataset = getDataset(scope, id);
  if (dataset.prompt === prompt) return dataset;
  if (dataset.prompt !== undefined) throw tiedToAnother(dataset, prompt);
  insertPromptTag(scope, id, prompt);
  return getDataset(scope, id);
}

function insertPromptTag(scope: EvaluationScope, id: string, prompt: string): void {
  const tag = { dataset_id: id, key: datasetPromptTag, value: prompt };
  scope.insert("evaluation_dataset_tags", tag);
}

/** As MLflow computes it: over the name and the time of the last change (3.8 to 3.17). */
export function digestOf(name: string, updatedAt: number): string {
  return createHash("sha256").update(`${name}:${updatedAt}`).digest("hex").slice(0, 8);
}

function findById(scope: EvaluationScope, id: string): readonly Dataset[] {
  return selectDatasets(scope, "evaluation_datasets.dataset_id = :id", { id }, 1);
}

function findByName(scope: EvaluationScope, name: string): readonly Dataset[] {
  return selectDatasets(scope, "evaluation_datasets.name = :name", { name }, 100);
}

function selectDatasets(
  scope: EvaluationScope,
  condition: string,
  values: Values,
  limit: number,
): readonly Dataset[] {
  const workspace = scope.inWorkspace("evaluation_datasets");
  const rows = scope.select(
    datasetRow,
    `SELECT evaluation_datasets.dataset_id, name, digest, profile, created_time, last_update_time,
       t.value AS prompt
     FROM evaluation_datasets LEFT JOIN evaluation_dataset_tags t
       ON t.dataset_id = evaluation_datasets.dataset_id AND t.key = :promptTag
     WHERE ${workspace.condition} AND ${condition}
     ORDER BY created_time DESC, evaluation_datasets.dataset_id LIMIT :limit`,
    { ...workspace.values, ...values, promptTag: datasetPromptTag, limit },
  );
  return rows.map(toDataset);
}

function toDataset(row: z.infer<typeof datasetRow>): Dataset {
  const counted = profile.safeParse(objectOf(row.profile));
  return {
    id: row.dataset_id,
    name: row.name,
    digest: row.digest ?? "",
    rowCount: (counted.success ? counted.data.num_records : undefined) ?? 0,
    ...(row.prompt === null ? {} : { prompt: row.prompt }),
    createdAt: row.created_time ?? 0,
    updatedAt: row.last_update_time ?? 0,
  };
}
