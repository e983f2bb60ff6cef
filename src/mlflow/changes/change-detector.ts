import type { ChangeDetector, DetectOptions } from "../../registry/changes/change-detector.ts";
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
 * A change may be stored this long after its own time, in milliseconds, or have the same time as
 * another one. It is then not the last row of the list, so all rows of this period are compared.
 */
const lateMs = 1_000;

/** The state of a prompt. */
interface PromptState {
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly version: number;
}

/** What the previous poll read. */
interface Snapshot {
  /** The offset of the tail in the list, the oldest change first. */
  readonly offset: number;
  /** The keys of the last rows of the list. */
  readonly tail: readonly string[];
  /** The prompts that changed last, by name. */
  readonly prompts: ReadonlyMap<string, PromptState>;
  /** The time of the newest change among them, in milliseconds since 1970. */
  readonly newest: number;
  /** The time of the oldest change among them; absent when they are all prompts of the list. */
  readonly oldest?: number;
}

/**
 * Polls the end of MLflow's list of prompts, ordered by their time of change. MLflow sets that time when
 * a version is added or deleted and when a description or a name changes, not for tags and aliases
 * (3.8 to 3.17). A changed prompt moves to the end of the list, and a deletion moves the end itself: if
 * the last rows are the same, at the same offset and with none after them, nothing has changed. This
 * takes one request, usually for two rows, whatever the number of prompts.
 *
 * A caller who can read only some prompts (basic auth) also gets changes without a prompt when other
 * prompts change.
 */
export class MlflowChangeDetector implements ChangeDetector {
  readonly #api: MlflowApi;
  #snapshot: Snapshot | undefined;

  constructor(api: MlflowApi) {
    this.#api = api;
  }

  async detect(options: DetectOptions = {}): Promise<readonly Change[]> {
    const { announced = new Set<string>() } = options;
    const previous = this.#snapshot;
    if (previous === undefined) {
      const latest = await this.#fetchLatest(options);
      const tail = await this.#findTail(latest.rows, latest.rows.length, options);
      this.#snapshot = { ...tail, ...summarize(latest) };
      return isAnyMissing(announced, this.#snapshot) ? [{ listed: true }] : [];
    }
    const { rows, next } = await this.#fetchPage(previous.offset, options);
    if (next === undefined && areEqual(previous.tail, rows.map(rowKey))) {
      return isAnyMissing(announced, previous) ? [{ listed: true }] : [];
    }

    const latest = await this.#fetchLatest(options);
    const difference = compare(latest, previous);
    const tail = await this.#findTail(
      latest.rows,
      previous.offset + previous.tail.length + difference.added,
      options,
    );
    this.#snapshot = { ...tail, ...summarize(latest) };
    // Where the changes do not explain the new end of the list, a prompt was deleted or renamed.
    const isExplained =
      difference.isComplete && tail.isExpected && !isAnyMissing(announced, this.#snapshot);
    return isExplained ? difference.changes : [...difference.changes, { listed: true }];
  }

  /** Finds the end of the list. `isExpected`: it has the newest rows, at the offset that they predict. */
  async #findTail(latest: readonly WireModel[], end: number, options: CallOptions | undefined) {
    const [newest] = latest;
    const recent = latest.filter((row) => newest && updatedAt(row) >= updatedAt(newest) - lateMs);
    // One row more, so that a change that is stored late pushes only that row out of the tail.
    const width = Math.min(recent.length + 1, latest.length, pageRows - 1);
    const first = Math.max(0, end - width);
    const { offset, rows } = await findTail((at) => this.#fetchPage(at, options), first, width);
    const tail = rows.map(rowKey);
    const keys = new Set(latest.map(rowKey));
    const isExpected =
      offset === first && tail.length === width && tail.every((key) => keys.has(key));
    return { offset, tail, isExpected };
  }

  /** The first page, the newest changes first. */
  #fetchLatest(options: CallOptions | undefined): Promise<Page<WireModel>> {
    return this.#search(0, "last_updated_timestamp DESC", options);
  }

  /** The page at the offset, the oldest changes first. */
  #fetchPage(offset: number, options: CallOptions | undefined): Promise<Page<WireModel>> {
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

/** What differs between the newest rows and the snapshot. */
interface Difference {
  readonly changes: readonly Change[];
  /** Whether these are all changes, as far as the newest rows show. */
  readonly isComplete: boolean;
  /** The number of new prompts. */
  readonly added: number;
}

function compare(latest: Page<WireModel>, previous: Snapshot): Difference {
  const { rows, next } = latest;
  const changed = rows.filter((row) => {
    const before = previous.prompts.get(row.name);
    if (before) return before.updatedAt !== updatedAt(row) || isAnotherPrompt(row, before);
    // When newer prompts are deleted, the page also has older rows that did not change.
    return previous.oldest === undefined || updatedAt(row) >= previous.oldest;
  });
  if (changed.length === rows.length && next !== undefined) {
    return { changes: [], isComplete: false, added: 0 };
  }
  const newPrompts = changed.filter((row) => isNewPrompt(row, previous));
  return {
    changes: changed.map((row) => toChange(row, previous)),
    isComplete:
      !isPromptMissing(latest, previous) && !changed.some((row) => mayBeRenamed(row, previous)),
    added: newPrompts.filter(({ name }) => !previous.prompts.has(name)).length,
  };
}

/** Of a prompt that is neither new nor has a new version, the description changed, or a version was deleted. */
function toChange(row: WireModel, previous: Snapshot): Change {
  const version = findNewVersion(row, previous);
  const listed = isNewPrompt(row, previous);
  return {
    prompt: row.name,
    listed,
    ...(version === undefined ? {} : { version }),
    ...(listed || version !== undefined ? {} : { described: true }),
  };
}

/** The number of the newest version, if it was registered after the snapshot. */
function findNewVersion(row: WireModel, previous: Snapshot): number | undefined {
  const newest = findNewestRow(row);
  if (newest === undefined) return undefined;
  const before = previous.prompts.get(row.name);
  const isNew =
    before && !isAnotherPrompt(row, before)
      ? newest.version > before.version
      : newest.creation_timestamp >= previous.newest - lateMs;
  return isNew ? newest.version : undefined;
}

/** Whether the prompt was created after the snapshot. */
function isNewPrompt(row: WireModel, previous: Snapshot): boolean {
  const before = previous.prompts.get(row.name);
  return before ? isAnotherPrompt(row, before) : row.creation_timestamp >= previous.newest - lateMs;
}

/** Whether another prompt had this name before. */
function isAnotherPrompt(row: WireModel, before: PromptState): boolean {
  return row.creation_timestamp !== before.createdAt;
}

/**
 * Whether one of the announced prompts does not exist, as far as the newest rows show: it was created
 * and deleted between two polls. A prompt that exists is among them, unless many others changed later.
 */
function isAnyMissing(announced: ReadonlySet<string>, { prompts }: Snapshot): boolean {
  return [...announced].some((name) => !prompts.has(name));
}

/** Whether a prompt is missing from the newest rows because it was deleted or renamed. */
function isPromptMissing({ rows, next }: Page<WireModel>, { prompts }: Snapshot): boolean {
  const names = new Set(rows.map(({ name }) => name));
  const last = rows.at(-1);
  const oldest = next === undefined || last === undefined ? 0 : updatedAt(last);
  return [...prompts].some(([name, before]) => !names.has(name) && before.updatedAt > oldest);
}

/** Only a rename changes the time of a version that is not new: it changes all versions (3.8 to 3.17). */
function mayBeRenamed(row: WireModel, previous: Snapshot): boolean {
  if (previous.prompts.has(row.name) || isNewPrompt(row, previous)) return false;
  const newest = findNewestRow(row);
  if (newest === undefined || previous.oldest === undefined) return true;
  return newest.creation_timestamp < updatedAt(row) && updatedAt(newest) === updatedAt(row);
}

function summarize({ rows, next }: Page<WireModel>): Omit<Snapshot, "offset" | "tail"> {
  const prompts = rows.map((row) => {
    const { name, creation_timestamp: createdAt } = row;
    const version = findNewestRow(row)?.version ?? 0;
    return [name, { createdAt, updatedAt: updatedAt(row), version }] as const;
  });
  const times = rows.map(updatedAt);
  const oldest = next === undefined ? undefined : times.at(-1);
  return {
    prompts: new Map(prompts),
    newest: times[0] ?? 0,
    ...(oldest === undefined ? {} : { oldest }),
  };
}

/** Identifies a row and its last change. */
function rowKey(row: WireModel): string {
  return `${updatedAt(row)} ${row.creation_timestamp} ${row.name}`;
}

function areEqual(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((key, index) => key === other[index]);
}
