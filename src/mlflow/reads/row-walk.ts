import * as z from "zod";
import { RegistryError } from "../../registry/errors.ts";
import { limits } from "../../registry/limits.ts";
import { type SortKey, sortKey } from "../../registry/search/sort-key.ts";
import { type Collation, collation, filterPossible, findFirstAfter } from "./collation.ts";
import { brokenPaging, nextOffsetOf, tokenAt } from "./page-token.ts";

/**
 * A place in MLflow's list: behind some rows. MLflow's own tokens are offsets, so whatever is added
 * or deleted before them shifts its pages; offsets here only say where to look first.
 */
export const position = z.strictObject({
  /** The last few rows before the place, since any of them may be gone by then. */
  after: z.array(sortKey).min(1),
  /** Where the last of them was, or before. */
  offset: z.int().nonnegative(),
  /** How far behind that it may have been: rows the caller may not see have offsets as well. */
  slack: z.int().nonnegative(),
  /** What the order of all rows up to there can be. */
  collations: z.array(collation),
});
export type Position = z.infer<typeof position>;

export interface Rows<Row> {
  readonly rows: readonly Row[];
  readonly next_page_token?: string | undefined;
}

export interface RowWalkOptions<Row> {
  readonly from: Position | undefined;
  /** How many rows are wanted of the nth request; none ends the walk. */
  count(request: number): number;
  fetchPage(token: string | undefined, rows: number): Promise<Rows<Row>>;
  /** Rows are in the order of their keys, up to how the database compares names. */
  keyOf(row: Row): SortKey;
  /** The walk ends behind so many rows. */
  readonly bound: number;
}

/** More than ten large pages take, so that a server cannot keep a walk going. */
const mostRequests = 20;

/** Rows that a position names, and that each page begins with once more. */
const maxNamedRows = 5;

/** How far to look around, at first, for rows that are not where they were. */
const firstStepBack = 16;

/**
 * Gives MLflow's rows one by one, over as many of its pages as that takes. Each page begins with
 * rows that were given last, which shows that nothing has moved; if none of them is there, the walk
 * looks around for the place where they were. So a row that is there all along is given once,
 * whatever comes and goes meanwhile.
 */
export class RowWalk<Row> {
  position: Position | undefined;
  ended = false;
  readonly #options: RowWalkOptions<Row>;
  /** Where the next page begins. */
  #offset = 0;
  /** Rows of the next page that are most likely known. */
  #known = 0;
  #jump = firstStepBack;
  /** Whether the next page is wide enough to tell by its order where to go on. */
  #wide = false;
  /** Whether it looks on all pages for a row that was given. */
  #searches = false;
  /** What the order of all rows until now can be. */
  #collations: Collation[] = collation.options;

  constructor(options: RowWalkOptions<Row>) {
    this.#options = options;
    if (options.from !== undefined) this.#goOn(options.from);
  }

  /**
   * @throws RegistryError `conflict` when so much has changed that the place cannot be found again
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Row> {
    const { count, bound } = this.#options;
    let given = 0;
    for (let request = 0; request < mostRequests && given < bound; request++) {
      const wanted = Math.min(count(request), bound - given);
      if (wanted === 0) return;
      const page = await this.#fetch(wanted);
      for (const row of this.#take(page)) {
        given++;
        yield row;
      }
      if (this.ended) return;
    }
    if (this.#searches) throw lost();
  }

  #fetch(wanted: number): Promise<Rows<Row>> {
    const token = this.#offset === 0 ? undefined : tokenAt(this.#offset);
    const rows = Math.min(wanted + this.#known, limits.pageSize);
    return this.#options.fetchPage(token, rows);
  }

  /** The page's rows behind the position; none when that is elsewhere. */
  #take(page: Rows<Row>): Iterable<Row> {
    const place = this.#placeIn(page.rows);
    if (place !== "before" && place !== "elsewhere") return this.#pass(page, place);
    if (place === "before") this.#lookAround();
    else this.#searchOn(page);
    return [];
  }

  /** Gives a page's rows from one of them on, and leaves the walk at the page that follows. */
  *#pass({ rows, next_page_token: token }: Rows<Row>, begin: number): Generator<Row> {
    const page = this.#offset;
    const next = token === undefined ? undefined : nextOffsetOf(page, token);
    const known = this.position?.slack ?? 0;
    const slack = next === undefined ? known : Math.max(0, next - page - rows.length);
    for (const [index, row] of rows.entries()) {
      if (index < begin) continue;
      const after = [...(this.position?.after ?? []), this.#options.keyOf(row)].slice(
        -maxNamedRows,
      );
      this.position = { after, offset: page + index, slack, collations: this.#collations };
      this.ended = next === undefined && index === rows.length - 1;
      yield row;
    }
    if (next === undefined) this.ended = true;
    else if (rows.length === 0) throw brokenPaging();
    else if (this.position === undefined || !this.#names(rows.at(-1))) this.#goForward(next);
    else this.#goOn({ ...this.position, offset: page + rows.length - 1, slack });
  }

  /** Whether the row is one of those that the position is behind. */
  #names(row: Row | undefined): boolean {
    if (row === undefined) return false;
    const { rank, name } = this.#options.keyOf(row);
    return this.position?.after.some((one) => one.name === name && one.rank === rank) ?? false;
  }

  #goOn(position: Position): void {
    this.position = position;
    this.#collations = position.collations;
    this.#offset = Math.max(0, position.offset + 1 - position.after.length);
    this.#known = position.offset + 1 - this.#offset + position.slack;
    this.#jump = firstStepBack;
    this.#wide = false;
    this.#searches = false;
  }

  /** The place is farther than a page behind where it was. */
  #goForward(next: number): void {
    this.#offset = next - 1;
    // Should the walk end here, another one goes on from here.
    if (this.position) this.position = { ...this.position, offset: this.#offset };
    this.#known = limits.pageSize;
    this.#wide = true;
  }

  /** What was before the place is gone, or much has come. */
  #lookAround(): void {
    const offset = Math.max(0, this.#offset - this.#jump);
    this.#known += this.#offset - offset + (this.#wide ? 0 : 4 * firstStepBack);
    this.#offset = offset;
    this.#jump *= 4;
    this.#wide = true;
  }

  /** The order of the rows tells nothing: only the rows themselves do, if they are anywhere. */
  #searchOn({ next_page_token: token }: Rows<Row>): void {
    if (!this.#searches) {
      this.#searches = true;
      this.#offset = 0;
      this.#known = limits.pageSize;
    } else if (token === undefined) throw lost();
    else this.#goForward(nextOffsetOf(this.#offset, token));
  }

  /** The index of the first row behind the position, or where to look for that. */
  #placeIn(rows: readonly Row[]): number | "before" | "elsewhere" {
    const keys = rows.map(this.#options.keyOf);
    this.#collations = filterPossible(this.#collations, keys);
    const last = this.position?.after.at(-1);
    if (last === undefined) return 0;
    const same = keys.findIndex(({ rank, name }) => rank === last.rank && name === last.name);
    if (same !== -1) return same + 1;
    if (!this.#wide) return "before";
    const known = rows.findLastIndex((row) => this.#names(row)) + 1;
    const behind = findFirstAfter(this.#collations, keys, last);
    if (behind === undefined) return known > 0 ? known : "elsewhere";
    const place = Math.max(known, behind);
    return this.#offset > 0 && (place === 0 || rows.length === 0) ? "before" : place;
  }
}

function lost(): RegistryError {
  return new RegistryError(
    "conflict",
    "So many prompts have come or gone that the place of the cursor cannot be found again. Start without a cursor.",
  );
}
