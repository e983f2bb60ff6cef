import * as z from "zod";
import { compareCodePoints, compareKeys, type SortKey } from "../../registry/search/sort-key.ts";

/**
 * How MLflow's database compares names: by code points (SQLite, PostgreSQL's C collation), or in
 * dictionary order. MLflow does not report it, so it is derived from the order of the rows.
 */
export const collation = z.enum(["codePoints", "dictionary"]);
export type Collation = z.infer<typeof collation>;

/** For names of these characters, dictionary order equals the order of code points. */
const plain = /^[a-z0-9-]*$/;

const compareNames = {
  codePoints: compareCodePoints,
  // The first `localeCompare` costs 6 ms and 3 MiB, and few registries need it.
  dictionary: (one, other) =>
    plain.test(one) && plain.test(other)
      ? compareCodePoints(one, other)
      : one.localeCompare(other, "en"),
} as const satisfies Record<Collation, (one: string, other: string) => number>;

/** The collations under which the keys are in order. */
export function filterPossible(
  collations: readonly Collation[],
  keys: readonly SortKey[],
): Collation[] {
  return collations.filter((one) => isInOrder(keys, one));
}

/**
 * The index of the first key after another key, or the number of keys if none is after it. When the
 * collations disagree it is the lowest index, because a repeated row is better than a skipped one.
 * Undefined without collations.
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
