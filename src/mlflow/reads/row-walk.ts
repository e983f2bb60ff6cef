import * as z from "zod";
import { RegistryError } from "../../registry/errors.ts";
import { limits } from "../../registry/limits.ts";
import { type SortKey, sortKey } from "../../registry/search/sort-key.ts";
import { type Collation, collation, filterPossible, findFirstAfter } from "./collation.ts";
import { brokenPaging, nextOffsetOf, tokenAt } from "./page-token.ts";

/**
 * A position in MLflow's list, given by the rows before it. MLflow's own page tokens are offsets, so
 * prompts that are added or deleted shift its pages; here an offset is only where to search first.
 */
export const position = z.strictObject({
  /** The last few rows before the position: several, because any of them may be deleted. */
  after: z.array(sortKey).min(1),
  /** The offset of the last of them, or a lower one. */
  offset: z.int().nonnegative(),
  /** The row may be this far after `offset`: rows that the caller may not read have offsets too. */
  slack: z.int().nonnegative(),
  /** The collations that are possible, given the order of all rows up to the position. */
  collations: z.array(collation),
});
export type Position = z.infer<typeof position>;

export interface Rows<Row> {
  readonly rows: readonly Row[];
  readonly next_page_token?: string | undefined;
}

export interface RowWalkOptions<Row> {
  readonly from: Position | undefined;
  /** The number of rows for the nth request; 0 ends the walk. */
  count(request: number): number;
  fetchPage(token: string | undefined, rows: number): Promise<Rows<Row>>;
  /** Rows are sorted by their keys; how names compare depends on the database. */
  keyOf(row: Row): SortKey;
  /** The maximum number of rows of the walk. */
  readonly maxRows: number;
}

/** More than ten large pages need; a limit against a server that never ends the list. */
const maxRequests = 20;

/** The number of rows in a position. Each page starts with these rows again. */
const maxNamedRows = 5;

/** How many rows to step back first when the rows are not at their offset; quadrupled each time. */
const firstStepBack = 16;

/**
 * Yields MLflow's rows one by one, over as many pages as needed. Each page starts with the rows that
 * were yielded last, which shows that no row has moved. If none of them is on the page, the walk steps
 * back and searches for their place. So a row that stays in the list is yielded exactly once, whatever
 * is added or deleted meanwhile.
 */
export class RowWalk<Row> {
  position: Position | undefined;
  isComplete = false;
  readonly #options: RowWalkOptions<Row>;
  /** The offset of the next page. */
  #offset = 0;
  /** How many rows of the next page were probably yielded already. */
  #overlap = 0;
  #stepBack = firstStepBack;
  /** Whether the next page has enough rows to find the position by their order. */
  #isWide = false;
  /** Whether the walk searches all pages for a row that was yielded. */
  #searchesAllPages = false;
  /** The collations that are possible, given the order of all rows so far. */
  #collations: Collation[] = collation.options;

  constructor(options: RowWalkOptions<Row>) {
    this.#options = options;
    if (options.from !== undefined) this.#resumeAt(options.from);
  }

  /**
   * @throws RegistryError `conflict` when the list has changed so much that the position is lost
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<Row> {
    const { count, maxRows } = this.#options;
    let yielded = 0;
    for (let request = 0; request < maxRequests && yielded < maxRows; request++) {
      const wanted = Math.min(count(request), maxRows - yielded);
      if (wanted === 0) return;
      const page = await this.#fetch(wanted);
      for (const row of this.#rowsAfterPosition(page)) {
        yielded++;
        yield row;
      }
      if (this.isComplete) return;
    }
    if (this.#searchesAllPages) throw positionLost();
  }

  #fetch(wanted: number): Promise<Rows<Row>> {
    const token = this.#offset === 0 ? undefined : tokenAt(this.#offset);
    const rows = Math.min(wanted + this.#overlap, limits.pageSize);
    return this.#options.fetchPage(token, rows);
  }

  /** The rows of the page after the position; none when the position is not on this page. */
  #rowsAfterPosition(page: Rows<Row>): Iterable<Row> {
    const start = this.#findStart(page.rows);
    if (start !== "before" && start !== "unknown") return this.#yieldFrom(page, start);
    if (start === "before") this.#moveBack();
    else this.#searchNextPage(page);
    return [];
  }

  /** Yields the page's rows from an index on, and moves the walk to the next page. */
  *#yieldFrom({ rows, next_page_token: token }: Rows<Row>, start: number): Generator<Row> {
    const page = this.#offset;
    const next = token === undefined ? undefined : nextOffsetOf(page, token);
    const slackBefore = this.position?.slack ?? 0;
    const slack = next === undefined ? slackBefore : Math.max(0, next - page - rows.length);
    for (const [index, row] of rows.entries()) {
      if (index < start) continue;
      const after = [...(this.position?.after ?? []), this.#options.keyOf(row)].slice(
        -maxNamedRows,
      );
      this.position = { after, offset: page + index, slack, collations: this.#collations };
      this.isComplete = next === undefined && index === rows.length - 1;
      yield row;
    }
    if (next === undefined) this.isComplete = true;
    else if (rows.length === 0) throw brokenPaging();
    else if (this.position === undefined || !this.#isInPosition(rows.at(-1)))
      this.#moveForward(next);
    else this.#resumeAt({ ...this.position, offset: page + rows.length - 1, slack });
  }

  /** Whether the row is one of the rows in the position. */
  #isInPosition(row: Row | undefined): boolean {
    if (row === undefined) return false;
    const { rank, name } = this.#options.keyOf(row);
    return this.position?.after.some((one) => one.name === name && one.rank === rank) ?? false;
  }

  #resumeAt(position: Position): void {
    this.position = position;
    this.#collations = position.collations;
    this.#offset = Math.max(0, position.offset + 1 - position.after.length);
    this.#overlap = position.offset + 1 - this.#offset + position.slack;
    this.#stepBack = firstStepBack;
    this.#isWide = false;
    this.#searchesAllPages = false;
  }

  /** The position is more than a page after its old offset. */
  #moveForward(next: number): void {
    this.#offset = next - 1;
    // If the walk ends here, the next one starts from this offset.
    if (this.position) this.position = { ...this.position, offset: this.#offset };
    this.#overlap = limits.pageSize;
    this.#isWide = true;
  }

  /** Many rows before the position were deleted, or its rows have moved. */
  #moveBack(): void {
    const offset = Math.max(0, this.#offset - this.#stepBack);
    this.#overlap += this.#offset - offset + (this.#isWide ? 0 : 4 * firstStepBack);
    this.#offset = offset;
    this.#stepBack *= 4;
    this.#isWide = true;
  }

  /** No collation fits the order of the rows, so the walk searches every page for the rows themselves. */
  #searchNextPage({ next_page_token: token }: Rows<Row>): void {
    if (!this.#searchesAllPages) {
      this.#searchesAllPages = true;
      this.#offset = 0;
      this.#overlap = limits.pageSize;
    } else if (token === undefined) throw positionLost();
    else this.#moveForward(nextOffsetOf(this.#offset, token));
  }

  /** The index of the first row after the position, or where the position is instead. */
  #findStart(rows: readonly Row[]): number | "before" | "unknown" {
    const keys = rows.map(this.#options.keyOf);
    this.#collations = filterPossible(this.#collations, keys);
    const last = this.position?.after.at(-1);
    if (last === undefined) return 0;
    const same = keys.findIndex(({ rank, name }) => rank === last.rank && name === last.name);
    if (same !== -1) return same + 1;
    if (!this.#isWide) return "before";
    const afterKnownRows = rows.findLastIndex((row) => this.#isInPosition(row)) + 1;
    const afterByOrder = findFirstAfter(this.#collations, keys, last);
    if (afterByOrder === undefined) return afterKnownRows > 0 ? afterKnownRows : "unknown";
    const start = Math.max(afterKnownRows, afterByOrder);
    return this.#offset > 0 && (start === 0 || rows.length === 0) ? "before" : start;
  }
}

function positionLost(): RegistryError {
  return new RegistryError(
    "conflict",
    "So many prompts were added or deleted that the position of the cursor cannot be found again. Start again without a cursor.",
  );
}
