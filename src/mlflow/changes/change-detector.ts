import type { ChangeDetector } from "../../registry/changes/change-detector.ts";
import type { Change } from "../../registry/changes/change-hub.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { MlflowApi } from "../api.ts";
import { valueOrThrow } from "../errors/refusal.ts";
import { findNewestRow, updatedAt } from "../reads/decode.ts";
import { promptsWhere } from "../reads/filter.ts";
import { nextOffsetOf, tokenAt } from "../reads/page-token.ts";
import { modelPage, type WireModel } from "../schemas.ts";
import { findTail, type Page, pageRows } from "./list-tail.ts";

/**
 * So long before the newest change, in milliseconds, others are looked for as well: what took a
 * while to be stored, or has the same time as another, is not the last of the list.
 */
const lateMs = 1_000;

/** What a prompt was like. */
interface Known {
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly version: number;
}

/** What the look before has seen. */
interface Seen {
  /** Where the last rows of the list begin, the oldest change first. */
  readonly offset: number;
  /** Those rows, none behind them. */
  readonly tail: readonly string[];
  /** The prompts that have changed last, by name. */
  readonly known: ReadonlyMap<string, Known>;
  /** When the last of them has changed, in milliseconds since 1970. */
  readonly newest: number;
  /** When the first of them has; absent when they are all there are. */
  readonly oldest?: number;
}

/**
 * Looks at the end of MLflow's list of prompts by their time of change, which moves with every
 * version that comes or goes, every description and every name, and not with tags and aliases (3.8
 * to 3.17). Whatever changes gets to the end of the list, and whatever goes moves the end: as long as
 * the same last rows are in the same place and none follows, nothing has happened. That is one
 * request for mostly two rows, however many prompts there are.
 *
 * Who sees only some prompts (basic auth) is told "something has changed" of the others as well.
 */
export class MlflowChangeDetector implements ChangeDetector {
  readonly #api: MlflowApi;
  #seen: Seen | undefined;

  constructor(api: MlflowApi) {
    this.#api = api;
  }

  async detect(options?: CallOptions): Promise<readonly Change[]> {
    const seen = this.#seen;
    if (seen === undefined) {
      const latest = await this.#latest(options);
      const tail = await this.#tail(latest.rows, latest.rows.length, options);
      this.#seen = { ...tail, ...summaryOf(latest) };
      return [];
    }
    const { rows, next } = await this.#page(seen.offset, options);
    if (next === undefined && isSame(seen.tail, rows.map(keyOf))) return [];

    const latest = await this.#latest(options);
    const news = newsIn(latest, seen);
    const tail = await this.#tail(latest.rows, seen.offset + seen.tail.length + news.more, options);
    this.#seen = { ...tail, ...summaryOf(latest) };
    // What is not explained by what is new has gone, or was renamed.
    return news.complete && tail.expected ? news.changes : [...news.changes, { listed: true }];
  }

  /** Where the list ends. `expected`: where the newest rows and their number said it would. */
  async #tail(latest: readonly WireModel[], end: number, options: CallOptions | undefined) {
    const [newest] = latest;
    const recent = latest.filter((row) => newest && updatedAt(row) >= updatedAt(newest) - lateMs);
    // One more: what changes late pushes that out, and nothing else.
    const width = Math.min(recent.length + 1, latest.length, pageRows - 1);
    const first = Math.max(0, end - width);
    const { offset, rows } = await findTail((at) => this.#page(at, options), first, width);
    const tail = rows.map(keyOf);
    const keys = new Set(latest.map(keyOf));
    const expected =
      offset === first && tail.length === width && tail.every((key) => keys.has(key));
    return { offset, tail, expected };
  }

  /** The newest changes first. */
  #latest(options: CallOptions | undefined): Promise<Page<WireModel>> {
    return this.#search(0, "last_updated_timestamp DESC", options);
  }

  /** The oldest changes first. */
  #page(offset: number, options: CallOptions | undefined): Promise<Page<WireModel>> {
    return this.#search(offset, "last_updated_timestamp ASC", options);
  }

  async #search(
    offset: number,
    order: string,
    options: CallOptions | undefined,
  ): Promise<Page<WireModel>> {
    const query = {
      filter: promptsWhere([]).text,
      order_by: order,
      max_results: String(pageRows),
      ...(offset === 0 ? {} : { page_token: tokenAt(offset) }),
    };
    const answer = await this.#api.get("/registered-models/search", query, modelPage, options);
    const { rows, next_page_token: token } = valueOrThrow(answer);
    return { rows, next: token === undefined ? undefined : nextOffsetOf(offset, token) };
  }
}

interface News {
  readonly changes: readonly Change[];
  /** Whether they are all there are, as far as the rows tell. */
  readonly complete: boolean;
  /** How many prompts have come. */
  readonly more: number;
}

/** What the newest changes tell that was not so before. */
function newsIn(latest: Page<WireModel>, seen: Seen): News {
  const { rows, next } = latest;
  const changed = rows.filter((row) => {
    const before = seen.known.get(row.name);
    if (before) return before.updatedAt !== updatedAt(row) || isAnother(row, before);
    // Older rows come into view when newer ones have gone.
    return seen.oldest === undefined || updatedAt(row) >= seen.oldest;
  });
  if (changed.length === rows.length && next !== undefined) {
    return { changes: [], complete: false, more: 0 };
  }
  const come = changed.filter((row) => hasCome(row, seen));
  return {
    changes: changed.map((row) => changeOf(row, seen)),
    complete: !isAnyMissing(latest, seen) && !changed.some((row) => mayBeRenamed(row, seen)),
    more: come.filter(({ name }) => !seen.known.has(name)).length,
  };
}

function changeOf(row: WireModel, seen: Seen): Change {
  const version = newVersionOf(row, seen);
  return {
    prompt: row.name,
    listed: hasCome(row, seen),
    ...(version === undefined ? {} : { version }),
  };
}

/** The number of the newest version, when that has come since. */
function newVersionOf(row: WireModel, seen: Seen): number | undefined {
  const newest = findNewestRow(row);
  if (newest === undefined) return undefined;
  const before = seen.known.get(row.name);
  const isNew =
    before && !isAnother(row, before)
      ? newest.version > before.version
      : newest.creation_timestamp >= seen.newest - lateMs;
  return isNew ? newest.version : undefined;
}

/** Whether the prompt is a new one. */
function hasCome(row: WireModel, seen: Seen): boolean {
  const before = seen.known.get(row.name);
  return before ? isAnother(row, before) : row.creation_timestamp >= seen.newest - lateMs;
}

/** Whether the name was that of another prompt before. */
function isAnother(row: WireModel, before: Known): boolean {
  return row.creation_timestamp !== before.createdAt;
}

/** Whether a prompt should be among the newest rows, had it not gone or got another name. */
function isAnyMissing({ rows, next }: Page<WireModel>, { known }: Seen): boolean {
  const names = new Set(rows.map(({ name }) => name));
  const last = rows.at(-1);
  const oldest = next === undefined || last === undefined ? 0 : updatedAt(last);
  return [...known].some(([name, before]) => !names.has(name) && before.updatedAt > oldest);
}

/** A new name changes all versions (3.8 to 3.17); nothing else does that to one that is not new. */
function mayBeRenamed(row: WireModel, seen: Seen): boolean {
  if (seen.known.has(row.name) || hasCome(row, seen)) return false;
  const newest = findNewestRow(row);
  if (newest === undefined || seen.oldest === undefined) return true;
  return newest.creation_timestamp < updatedAt(row) && updatedAt(newest) === updatedAt(row);
}

function summaryOf({ rows, next }: Page<WireModel>): Omit<Seen, "offset" | "tail"> {
  const known = rows.map((row) => {
    const { name, creation_timestamp: createdAt } = row;
    const version = findNewestRow(row)?.version ?? 0;
    return [name, { createdAt, updatedAt: updatedAt(row), version }] as const;
  });
  const times = rows.map(updatedAt);
  const oldest = next === undefined ? undefined : times.at(-1);
  return {
    known: new Map(known),
    newest: times[0] ?? 0,
    ...(oldest === undefined ? {} : { oldest }),
  };
}

/** Stands for a row as it was when it changed last. */
function keyOf(row: WireModel): string {
  return `${updatedAt(row)} ${row.creation_timestamp} ${row.name}`;
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((key, index) => key === other[index]);
}
