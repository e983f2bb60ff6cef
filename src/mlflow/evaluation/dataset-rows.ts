import type { Dataset, DatasetRow, StoredRow } from "../../registry/evaluation/datasets.ts";
import { storedJson } from "../../registry/json.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { MlflowApi } from "../api.ts";
import { valueOrThrow } from "../errors/refusal.ts";
import { splitRequest } from "../reads/split-request.ts";
import { rowPage, rowsAdded } from "./dataset-wire.ts";
import { datasetsPath, fetchDataset } from "./datasets.ts";

/** Rows of one request, in both directions: MLflow's default page, and far below what it takes. */
const rowsAtOnce = 1_000;

export async function addRows(
  api: MlflowApi,
  { id }: Dataset,
  rows: readonly DatasetRow[],
  options?: CallOptions,
): Promise<{ readonly inserted: number; readonly updated: number; readonly dataset: Dataset }> {
  let inserted = 0;
  let updated = 0;
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const records = storedJson(rows.slice(from, from + rowsAtOnce).map(toRecord));
    const added = await api.post(`${datasetsPath}/${id}/records`, { records }, rowsAdded, options);
    const { inserted_count, updated_count } = valueOrThrow(added);
    inserted += inserted_count;
    updated += updated_count;
  }
  return { inserted, updated, dataset: await fetchDataset(api, id, options) };
}

/** MLflow orders rows that were added at the same moment by their IDs (3.8 to 3.17). */
export async function readRows(
  api: MlflowApi,
  { id }: Dataset,
  limit: number,
  options?: CallOptions,
): Promise<readonly StoredRow[]> {
  const rows: StoredRow[] = [];
  let next: string | undefined;
  do {
    const most = Math.min(rowsAtOnce, limit - rows.length);
    const page = await splitRequest(most, async (max_results) => {
      const query = {
        max_results: String(max_results),
        ...(next === undefined ? {} : { page_token: next }),
      };
      return valueOrThrow(await api.get(`${datasetsPath}/${id}/records`, query, rowPage, options));
    });
    rows.push(...page.records);
    next = page.next_page_token;
  } while (next !== undefined && rows.length < limit);
  return rows.slice(0, limit);
}

function toRecord({ inputs, expectations, tags, sourceTrace }: DatasetRow) {
  return {
    inputs,
    expectations,
    ...(tags === undefined ? {} : { tags }),
    ...(sourceTrace === undefined
      ? {}
      : { source: { source_type: "TRACE", source_data: { trace_id: sourceTrace } } }),
  };
}
