import { brokenPaging } from "../reads/page-token.ts";

/** Some rows of a list, and the offset that goes on behind them if there are more. */
export interface Page<Row> {
  readonly rows: readonly Row[];
  readonly next: number | undefined;
}

/**
 * How many rows a page has. Where some rows may not be seen, MLflow looks through as many at a time
 * for one that may, so that one row a page would cost it a query for each.
 */
export const pageRows = 20;

/** Finding the end of a million rows takes about 40. */
const mostRequests = 100;

/**
 * The last rows of a list of which only pages from an offset on can be had, and their offset.
 *
 * @param first where to look first
 * @param width how many rows are wanted; where some may not be seen it may be others as well, and
 *   some more or fewer
 * @throws RegistryError `unavailable` when the list is never done
 */
export async function findTail<Row>(
  fetchPage: (offset: number) => Promise<Page<Row>>,
  first: number,
  width: number,
): Promise<{ readonly offset: number; readonly rows: readonly Row[] }> {
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  let step = pageRows;
  let fitted = false;
  let offset = first;
  for (let request = 0; request < mostRequests; request++) {
    const { rows, next } = await fetchPage(offset);
    if (next === undefined && (rows.length > 0 || offset === 0)) {
      const fitting = Math.max(0, offset + rows.length - Math.max(1, width));
      if (fitted || fitting === offset) return { offset, rows };
      offset = fitting;
      fitted = true;
      continue;
    }
    fitted = false;
    if (rows.length === 0) high = offset;
    else low = offset + 1;
    if (low >= high) {
      // It has changed on the way.
      low = 0;
      high = Number.POSITIVE_INFINITY;
    }
    offset = nextOffset(low, high, step);
    step *= 2;
  }
  throw brokenPaging();
}

/** In growing steps up or down, and by halves once the end is between two places. */
function nextOffset(low: number, high: number, step: number): number {
  if (high === Number.POSITIVE_INFINITY) return low + step;
  if (low === 0) return Math.max(0, high - step);
  return Math.floor((low + high) / 2);
}
