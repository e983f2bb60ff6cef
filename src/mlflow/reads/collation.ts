import * as z from "zod";
import { compareCodePoints, compareKeys, type SortKey } from "../../registry/search/sort-key.ts";

/**
 * How a database compares names: by code points (SQLite, PostgreSQL's C), or as dictionaries do.
 * MLflow does not tell; the rows that come do.
 */
export const collation = z.enum(["codePoints", "dictionary"]);
export type Collation = z.infer<typeof collation>;

/** Of names in these letters alone, dictionaries have the order of code points. */
const plain = /^[a-z0-9-]*$/;

const compareNames = {
  codePoints: compareCodePoints,
  // The first look into a dictionary costs 6 ms and 3 MiB, which most registries never need.
  dictionary: (one, other) =>
    plain.test(one) && plain.test(other)
      ? compareCodePoints(one, other)
      : one.localeCompare(other, "en"),
} as const satisfies Record<Collation, (one: string, other: string) => number>;

/** Those of the collations that a database may have that gave the keys in this order. */
export function filterPossible(
  collations: readonly Collation[],
  keys: readonly SortKey[],
): Collation[] {
  return collations.filter((one) => isInOrder(keys, one));
}

/**
 * The index of the first key behind another: the lowest that a collation says, because a row too
 * many is better than one too few. Undefined when there is no collation to ask.
 */
export function findFirstAfter(
  collations: readonly Collation[],
  keys: readonly SortKey[],
  other: SortKey,
): number | undefined {
  const indices = collations
    .map((one) => keys.findIndex((key) => compareKeys(key, other, compareNames[one]) > 0))
    .map((index) => (index === -1 ? keys.length : index));
  return indices.length === 0 ? undefined : Math.min(...indices);
}

function isInOrder(keys: readonly SortKey[], one: Collation): boolean {
  return keys.every((key, index) => {
    const before = keys[index - 1];
    return before === undefined || compareKeys(before, key, compareNames[one]) <= 0;
  });
}
