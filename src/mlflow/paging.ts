import { createHash } from "node:crypto";
import * as z from "zod";
import { RegistryError } from "../registry/errors.ts";

/** Where a page of ours begins: on which page of MLflow's, after how many of its rows. */
const position = z.strictObject({
  token: z.string().optional(),
  skip: z.int().nonnegative(),
  search: z.string(),
});

export interface Paging<Row> {
  /** Whatever makes this search another one than others, so that cursors are not mixed up. */
  readonly search: readonly unknown[];
  readonly limit: number;
  readonly cursor?: string;
  /** Whether MLflow's filter alone decides: then the end of its page is the end of ours. */
  readonly exact: boolean;
  fetchPage(
    token: string | undefined,
  ): Promise<{ readonly rows: readonly Row[]; readonly next_page_token?: string | undefined }>;
  keep(row: Row): boolean;
}

/**
 * Gathers up to `limit` rows that are kept, over as many of MLflow's pages as that takes. Its
 * tokens are offsets, so a prompt that is added or deleted between two pages shifts them.
 * @throws RegistryError `invalid` for a cursor of another search
 */
export async function collect<Row>(
  paging: Paging<Row>,
): Promise<{ rows: Row[]; nextCursor?: string }> {
  const search = createHash("sha256").update(JSON.stringify(paging.search)).digest("base64url");
  const found: Row[] = [];
  let { token, skip } = start(paging.cursor, search);
  const cursor = (at: { token?: string; skip: number }) =>
    Buffer.from(JSON.stringify({ ...at, search })).toString("base64url");
  for (;;) {
    const page = await paging.fetchPage(token);
    const tooMany = gather(page.rows.slice(skip), paging, found);
    if (tooMany !== undefined) {
      return { rows: found, nextCursor: cursor({ token, skip: skip + tooMany }) };
    }
    skip = Math.max(0, skip - page.rows.length);
    const next = page.next_page_token;
    if (next === undefined) return { rows: found };
    if (next === token) throw endless();
    if (paging.exact && found.length === paging.limit) {
      return { rows: found, nextCursor: cursor({ token: next, skip }) };
    }
    token = next;
  }
}

/** Adds what is kept to `found`; tells at which row that was one too many. */
function gather<Row>(
  rows: readonly Row[],
  { limit, keep }: Paging<Row>,
  found: Row[],
): number | undefined {
  for (const [index, row] of rows.entries()) {
    if (!keep(row)) continue;
    if (found.length === limit) return index;
    found.push(row);
  }
  return undefined;
}

function start(cursor: string | undefined, search: string): { token?: string; skip: number } {
  if (cursor === undefined) return { skip: 0 };
  const parsed = position.safeParse(decoded(cursor));
  if (parsed.success && parsed.data.search === search) return parsed.data;
  throw new RegistryError(
    "invalid",
    "The cursor is not of this search. Ask again with the same conditions, or start without a cursor.",
  );
}

function decoded(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    return undefined;
  }
}

function endless(): RegistryError {
  return new RegistryError(
    "unavailable",
    "MLflow answers a page of results with that same page as the next one. Check what stands between here and the server.",
  );
}
