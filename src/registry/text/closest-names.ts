import { distance } from "fastest-levenshtein";
import { limits } from "../limits.ts";

/**
 * The names a person most likely meant, best first. A name counts when one contains the other
 * (three characters at least), or when few letters differ: one in three, and never all. Upper and
 * lower case are alike. Equally good names stay in the order they came in.
 */
export function closestNames(
  wanted: string,
  names: readonly string[],
  most = 3,
): readonly string[] {
  // Code points are two units at most.
  if (wanted.length > 2 * limits.nameLength) return [];
  const lowerWanted = wanted.toLowerCase();
  return names
    .map((name) => ({ name, rank: rank(lowerWanted, name.toLowerCase()) }))
    .filter(({ rank }) => rank !== Number.POSITIVE_INFINITY)
    .sort((one, other) => one.rank - other.rank)
    .slice(0, most)
    .map(({ name }) => name);
}

/** The number of letters that differ; containment ranks behind what differs in one letter. */
function rank(wanted: string, name: string): number {
  if (wanted === "" || name === "") return Number.POSITIVE_INFINITY;
  const length = Math.max(wanted.length, name.length);
  const [short, long] = wanted.length < name.length ? [wanted, name] : [name, wanted];
  // The distance is at least the difference in length, so most names need no counting.
  const allowed = Math.floor(length / 3);
  if (long.length - short.length <= allowed) {
    const differing = distance(wanted, name);
    if (differing <= allowed) return differing;
  }
  if (short.length < 3 || !long.includes(short)) return Number.POSITIVE_INFINITY;
  return long.startsWith(short) ? 1.5 : 2.5;
}
