import type { Prompt } from "../../registry/types.ts";
import {
  type Condition,
  countNameChars,
  isPlain,
  maxNameChars,
  nameIsOneOf,
  versionIs,
  versionIsBetween,
} from "./filter.ts";

/** A version whose prompt is at hand: its aliases need no request, and its history has an end. */
export interface ListedVersion {
  readonly name: string;
  readonly version: number;
  readonly prompt: Prompt;
}

/** A request that brings many versions, and some that nobody asked for. */
export interface VersionSearch {
  readonly wanted: readonly ListedVersion[];
  readonly conditions: readonly Condition[];
  /** At most so many rows are read. */
  readonly rows: number;
}

/** Versions that make a search cheaper than a request each. */
const minVersionsPerSearch = 8;

/** Rows that take MLflow less time than one more request does (3.17: 0.25 ms against 6). */
const rowsOfRequest = 16;

/** What a search by name may bring: a quarter of a second, and a few MB. */
const mostRows = 1_000;

/** Into how many ranges of numbers versions are divided at most, and how finely. */
const mostRanges = 16;
const smallestRange = 25;

/**
 * All that have a number, where its names would fill more than two URLs: one request, if not many
 * more prompts have that number.
 */
export function planSearchesByNumber(wanted: readonly ListedVersion[]): VersionSearch[] {
  return groupByNumber(wanted)
    .filter((group) => splitIntoSearches(group.filter(hasPlainName)).length > 2)
    .map((group) => buildNumberSearch(group, Math.ceil(1.25 * group.length)));
}

/** The same for a server that knows no list of names, where the other way is a request each. */
export function planSearchesWithoutNames(wanted: readonly ListedVersion[]): VersionSearch[] {
  return groupByNumber(wanted)
    .filter((group) => group.length >= minVersionsPerSearch)
    .map((group) => buildNumberSearch(group, rowsOfRequest * group.length));
}

/**
 * By name, and by the number where enough want the same. What else is wanted is asked for by ranges
 * of numbers, which bring all versions in between. They are narrow, since the wanted versions are
 * in the order of their numbers, and end before they cost more than a request for each would.
 */
export function planSearchesByName(wanted: readonly ListedVersion[]): VersionSearch[] {
  const groups = groupByNumber(wanted.filter(hasPlainName));
  const enough = Math.max(smallestRange, Math.ceil(wanted.length / mostRanges));
  const large = groups.filter((group) => group.length >= enough);
  const others = groups.filter((group) => group.length < enough).flat();
  return [
    ...large.flatMap((group) => splitIntoSearches(group)),
    ...splitIntoSearches(others, enough),
  ]
    .filter((portion) => portion.length >= minVersionsPerSearch)
    .map(buildNameSearch);
}

/** Those of the same number together, by number. */
function groupByNumber(wanted: readonly ListedVersion[]): ListedVersion[][] {
  const groups = new Map<number, ListedVersion[]>();
  for (const one of wanted) {
    const group = groups.get(one.version);
    if (group) group.push(one);
    else groups.set(one.version, [one]);
  }
  return [...groups.values()].toSorted((a, b) => lowestNumberOf(a) - lowestNumberOf(b));
}

/** What one search each can ask for; with `enough` versions a portion takes no further number. */
function splitIntoSearches(
  sorted: readonly ListedVersion[],
  enough = sorted.length,
): ListedVersion[][] {
  const all: ListedVersion[][] = [];
  let portion: ListedVersion[] = [];
  let letters = 0;
  for (const one of sorted) {
    const more = countNameChars(one.name);
    const isComplete = portion.length >= enough && portion.at(-1)?.version !== one.version;
    if (isComplete || letters + more > maxNameChars || !isCheaperTogether(portion, one)) {
      all.push(portion);
      portion = [];
      letters = 0;
    }
    portion.push(one);
    letters += more;
  }
  return [...all, portion];
}

/** Prompts have no versions above their newest: a range brings no more than it has up to there. */
function isCheaperTogether(portion: readonly ListedVersion[], next: ListedVersion): boolean {
  const low = portion[0]?.version ?? next.version;
  if (low === next.version) return true;
  const rows = [...portion, next].reduce((sum, { prompt, version }) => {
    const newest = prompt.latest?.version ?? version;
    return sum + Math.min(next.version, newest) - low + 1;
  }, 0);
  return rows <= Math.min(mostRows, rowsOfRequest * (portion.length + 1));
}

function buildNumberSearch(wanted: readonly ListedVersion[], rows: number): VersionSearch {
  return { wanted, conditions: [versionIs(lowestNumberOf(wanted))], rows };
}

function buildNameSearch(wanted: readonly ListedVersion[]): VersionSearch {
  const low = lowestNumberOf(wanted);
  const high = wanted.at(-1)?.version ?? low;
  const names = [...new Set(wanted.map(({ name }) => name))];
  return {
    wanted,
    // SQLite answers several times faster for one number than for a range of one.
    conditions: [
      low === high ? versionIs(low) : versionIsBetween(low - 1, high + 1),
      nameIsOneOf(names),
    ],
    rows: names.length * (high - low + 1),
  };
}

function lowestNumberOf([first]: readonly ListedVersion[]): number {
  return first?.version ?? 0;
}

function hasPlainName({ name }: ListedVersion): boolean {
  return isPlain(name);
}
