import { distance } from "fastest-levenshtein";
import { limits } from "../limits.ts";

/**
 * The names that a person most likely meant, best first. A name qualifies when one contains the other
 * (with at least three characters), or when at most one letter in three differs. Case is ignored.
 * Equally good names keep their order.
 */
export function findClosestNames(
  wanted: string,
  names: readonly string[],
  most = 3,
): readonly string[] {
  // A code point is at most two UTF-16 units.
  if (wanted.length > 2 * limits.nameLength) return [];
  const lowerWanted = wanted.toLowerCase();
  return names
    .map((name) => ({ name, rank: rank(lowerWanted, name.toLowerCase()) }))
    .filter(({ rank }) => rank !== Number.POSITIVE_INFINITY)
    .sort((one, other) => one.rank - other.rank)
    .slice(0, most)
    .map(({ name }) => name);
}

/** The number of letters that differ. Containment ranks after names that differ in one letter. */
function rank(wanted: string, name: string): number {
  if (wanted === "" || name === "") return Number.POSITIVE_INFINITY;
  const length = Math.max(wanted.length, name.length);
  const [short, long] = wanted.length < name.length ? [wanted, name] : [name, wanted];
  // The distance is at least the difference in length, so most names need no calculation.
  const allowed = Math.floor(length / 3);
  if (long.length - short.length <= allowed) {
    const differing = distance(wanted, name);
    if (differing <= allowed) return differing;
  }
  if (short.length < 3 || !long.includes(short)) return Number.POSITIVE_INFINITY;
  return long.startsWith(short) ? 1.5 : 2.5;
}
