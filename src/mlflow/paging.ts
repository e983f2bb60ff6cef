import { createHash } from "node:crypto";
import * as z from "zod";
import { RegistryError } from "../registry/errors.ts";
import { limits } from "../registry/limits.ts";

export interface Paging<Row> {
  /** Whatever makes this search another one than others, so that cursors are not mixed up. */
  readonly search: readonly unknown[];
  readonly limit: number;
  readonly cursor?: string;
  /** Whether MLflow's filter alone decides: then the end of its page is the end of ours. */
  readonly exact: boolean;
  /** What a row can be told from all others by. */
  keyOf(row: Row): string;
  fetchPage(token: string | undefined, count: number): Promise<MlflowPage<Row>>;
  keep(row: Row): boolean;
}

interface MlflowPage<Row> {
  readonly rows: readonly Row[];
  readonly next_page_token?: string | undefined;
}

/** A page of MLflow's, where it begins, and which of its rows is the first that is not known yet. */
interface Place<Row> {
  readonly offset: number;
  readonly page: MlflowPage<Row>;
  readonly begin: number;
}

/**
 * Where a page of ours ended: about where in MLflow's list, and after which rows. MLflow's own
 * tokens are offsets alone, so whatever is added or deleted before them shifts its pages.
 */
const position = z.strictObject({
  offset: z.int().nonnegative(),
  /** The last few rows, since any of them may be gone by then. */
  after: z.array(z.string()).min(1),
  /** Whether there were no rows before these. */
  whole: z.boolean(),
  search: z.string(),
});
type Position = z.infer<typeof position>;

const rowsKept = 5;

/** MLflow's page token, base64 of JSON (3.8 to 3.17, `mlflow/utils/search_utils.py`). */
const pageToken = z.object({ offset: z.int().nonnegative() });

/**
 * Gathers up to `limit` rows that are kept, over as many of MLflow's pages as that takes. A row that
 * is there all along is neither missed nor given twice, whatever comes and goes between two pages.
 * @throws RegistryError `invalid` for a cursor of another search, or when all of the rows are gone
 *   after which it was to go on
 */
export async function collect<Row>(
  paging: Paging<Row>,
): Promise<{ rows: Row[]; nextCursor?: string }> {
  const search = createHash("sha256").update(JSON.stringify(paging.search)).digest("base64url");
  const from = paging.cursor === undefined ? undefined : positionIn(paging.cursor, search);
  const known = new Set(from?.after);
  const gathered: Gathered<Row> = { found: [], passed: [...known], known };
  const { found, passed } = gathered;
  const end = (offset: number) => ({
    rows: found,
    nextCursor: encoded({
      offset,
      after: passed.slice(-rowsKept),
      whole: (from?.whole ?? true) && passed.length <= rowsKept,
      search,
    }),
  });
  let { offset, page, begin } = await start(paging, from);
  for (;;) {
    const tooMany = gather(page.rows.slice(begin), paging, gathered);
    if (tooMany !== undefined) return end(offset + begin + tooMany);
    const next = nextOffset(page, offset);
    if (next === undefined) return { rows: found };
    // A page that lacks the few rows that were read again is full enough to spare a request.
    const isFull = found.length > 0 && found.length + rowsKept >= paging.limit;
    if (paging.exact && isFull) return end(next);
    offset = next;
    page = await fetchAt(paging, offset, paging.limit);
    begin = 0;
  }
}

interface Gathered<Row> {
  /** Rows that are kept. */
  readonly found: Row[];
  /** The keys of the rows that were passed, those before this page included. */
  readonly passed: string[];
  /** Those of the page before: what was added between them may have moved them on. */
  readonly known: ReadonlySet<string>;
}

/** Adds rows; tells at which one there was one too many to keep. */
function gather<Row>(
  rows: readonly Row[],
  { limit, keep, keyOf }: Paging<Row>,
  { found, passed, known }: Gathered<Row>,
): number | undefined {
  for (const [index, row] of rows.entries()) {
    if (keep(row) && !known.has(keyOf(row))) {
      if (found.length === limit) return index;
      found.push(row);
    }
    passed.push(keyOf(row));
  }
  return undefined;
}

async function start<Row>(paging: Paging<Row>, from: Position | undefined): Promise<Place<Row>> {
  if (from === undefined) {
    return { offset: 0, page: await fetchAt(paging, 0, paging.limit), begin: 0 };
  }
  const { offset, after } = from;
  const near = Math.max(0, offset - after.length);
  const count = Math.min(paging.limit + after.length, limits.pageSize);
  const place = placeAfter(paging, near, await fetchAt(paging, near, count), after);
  return place ?? (await searchPlace(paging, from));
}

/** Much has changed: looks for the place from the beginning. */
async function searchPlace<Row>(
  paging: Paging<Row>,
  { after, whole }: Position,
): Promise<Place<Row>> {
  let offset: number | undefined = 0;
  while (offset !== undefined) {
    const page: MlflowPage<Row> = await fetchAt(paging, offset, limits.pageSize);
    const place = placeAfter(paging, offset, page, after);
    if (place) return place;
    offset = nextOffset(page, offset);
  }
  if (whole) return { offset: 0, page: await fetchAt(paging, 0, paging.limit), begin: 0 };
  throw new RegistryError(
    "invalid",
    "The cursor leads nowhere: what was on the page before is gone. Start without a cursor.",
  );
}

/** The place behind the last of the known rows that is on the page. */
function placeAfter<Row>(
  { keyOf }: Paging<Row>,
  offset: number,
  page: MlflowPage<Row>,
  after: readonly string[],
): Place<Row> | undefined {
  const keys = page.rows.map(keyOf);
  const known = after.findLast((key) => keys.includes(key));
  return known === undefined ? undefined : { offset, page, begin: keys.indexOf(known) + 1 };
}

function fetchAt<Row>(
  paging: Paging<Row>,
  offset: number,
  count: number,
): Promise<MlflowPage<Row>> {
  const token = Buffer.from(JSON.stringify({ offset })).toString("base64");
  return paging.fetchPage(offset === 0 ? undefined : token, count);
}

function nextOffset({ next_page_token: token }: MlflowPage<unknown>, offset: number) {
  if (token === undefined) return undefined;
  const next = pageToken.safeParse(json(Buffer.from(token, "base64").toString()));
  if (next.success && next.data.offset > offset) return next.data.offset;
  throw new RegistryError(
    "unavailable",
    "MLflow answers a page of results with one that does not follow it. Check what stands between here and the server.",
  );
}

function encoded(position: Position): string {
  return Buffer.from(JSON.stringify(position)).toString("base64url");
}

function positionIn(cursor: string, search: string): Position {
  const parsed = position.safeParse(json(Buffer.from(cursor, "base64url").toString()));
  if (parsed.success && parsed.data.search === search) return parsed.data;
  throw new RegistryError(
    "invalid",
    "The cursor is not of this search. Ask again with the same conditions, or start without a cursor.",
  );
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
