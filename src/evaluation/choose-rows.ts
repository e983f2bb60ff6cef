import { createHash } from "node:crypto";
import { canonicalValue } from "../registry/json.ts";
import { digestOf } from "./digest.ts";
import type { EvaluatedRow } from "./evaluation.ts";

/**
 * At most `most` rows, in their order. Which ones depends on their inputs alone, so a later evaluation of
 * the same dataset has the same rows, as far as they are still there.
 */
export function chooseRows(
  rows: readonly EvaluatedRow[],
  most: number | undefined,
): readonly EvaluatedRow[] {
  if (most === undefined || rows.length <= most) return rows;
  const ranked = rows
    .map((row, index) => ({ index, rank: digestOf(row.inputs) }))
    .toSorted((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, most);
  const chosen = new Set(ranked.map(({ index }) => index));
  return rows.filter((_, index) => chosen.has(index));
}

/** The digest of rows that are no dataset of MLflow. */
export function digestOfRows(rows: readonly EvaluatedRow[]): string {
  const hash = createHash("sha256");
  for (const { inputs, expectations } of rows)
    hash.update(canonicalValue({ inputs, expectations }));
  return hash.digest("hex").slice(0, 8);
}
