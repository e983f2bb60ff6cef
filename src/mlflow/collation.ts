import * as z from "zod";
import { compareCodePoints, compareKeys, type SortKey } from "../registry/sort-key.ts";

/**
 * How a database compares names: by code points (SQLite, PostgreSQL's C), or as dictionaries do.
 * MLflow does not tell; the rows that come do.
 */
export const collation = z.enum(["codePoints", "dictionary"]);
export type Collation = z.infer<typeof collation>;

const compareNames = {
  codePoints: compareCodePoints,
  dictionary: new Intl.Collator("en").compare,
} as const satisfies Record<Collation, (one: string, other: string) => number>;

/** Those of the collations that a database may have that gave the keys in this order. */
export function possibleAfter(
  collations: readonly Collation[],
  keys: readonly SortKey[],
): Collation[] {
  return collations.filter((one) => isInOrder(keys, one));
}

/**
 * The index of the first key behind another: the lowest that a collation says, because a row too
 * many is better than one too few. Undefined when there is no collation to ask.
 */
export function firstBehind(
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
