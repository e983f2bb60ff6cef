import { brokenPaging } from "../reads/page-token.ts";

/** Rows of a list, with the offset of the row after them if there are more. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next: number | undefined;
}

/**
 * Rows per page. If the caller cannot see some rows, MLflow queries that many rows at a time until it
 * finds visible ones, so pages of one row would cost it one query per hidden row.
 */
export const pageRows = 20;

/** Finding the end of a million rows takes about 40 requests. */
const maxRequests = 100;

/**
 * Finds the tail of a list, its last rows, when MLflow only returns pages that start at an offset:
 * steps of growing width find a page behind the end, and a binary search finds the end.
 *
 * @param first the offset to start at
 * @param width the number of rows in the tail; if the caller cannot see some rows, the tail may have
 *   other rows, and more or fewer of them
 * @returns the tail and its offset
 * @throws RegistryError `unavailable` when the end is not found within the limit of requests
 */
export async function findTail<Row>(
  fetchPage: (offset: number) => Promise<Page<Row>>,
  first: number,
  width: number,
): Promise<{ readonly offset: number; readonly rows: readonly Row[] }> {
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let step = pageRows;
  let isWidthApplied = false;
  let offset = first;
  for (let request = 0; request < maxRequests; request++) {
    const { rows, next } = await fetchPage(offset);
    if (next === undefined && (rows.length > 0 || offset === 0)) {
      const start = Math.max(0, offset + rows.length - Math.max(1, width));
      if (isWidthApplied || start === offset) return { offset, rows };
      offset = start;
      isWidthApplied = true;
      continue;
    }
    isWidthApplied = false;
    if (rows.length === 0) high = offset;
    else low = offset + 1;
    if (low >= high) {
      // The list changed between the requests.
      low = 0;
      high = Number.POSITIVE_INFINITY;
    }
    offset = nextOffset(low, high, step);
    step *= 2;
  }
  throw brokenPaging();
}

/** Steps of `step` rows up or down; halves the interval once both of its ends are known. */
function nextOffset(low: number, high: number, step: number): number {
  if (high === Number.POSITIVE_INFINITY) return low + step;
  if (low === 0) return Math.max(0, high - step);
  return Math.floor((low + high) / 2);
}
