import { setImmediate as turn } from "node:timers/promises";
import type * as z from "zod";
import { limits } from "../limits.ts";
import type { FoundPrompts } from "../prompt-registry.ts";
import type { Prompt } from "../types.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import type { SearchPlan } from "./search-plan.ts";
import { sortKey } from "./sort-key.ts";
import { TopItems } from "./top-items.ts";

/** Maximum number of prompts to examine for one page: ten of MLflow's largest pages. */
export const maxScanned = 10_000;

/** Milliseconds of scanning after which the event loop gets a turn. */
const maxTurnMs = 10;

/** Prompts one after the other, in an order that the back end supports. */
export interface Walk<Position> extends AsyncIterable<Prompt> {
  /** The position after the last yielded prompt. */
  readonly position: Position | undefined;
  /** Whether no prompt follows. A walk that ends while this is false has reached its limit. */
  readonly isComplete: boolean;
}

/** What a back end provides for the scan. */
export interface Source<Position> {
  /** Whether every prompt of a walk matches, because the back end checks all conditions. */
  readonly exact: boolean;
  /** Schema of the position in a cursor. */
  readonly position: z.ZodType<Position>;
  /**
   * Starts after a position, or with the first prompt.
   * @param count the number of prompts to fetch with the nth request; 0 ends the walk
   */
  walk(from: Position | undefined, count: (request: number) => number): Walk<Position>;
}

/**
 * One page of a search. If the back end supports the order, matching prompts are returned in the order
 * of the walk, and the cursor points after the last examined prompt. Otherwise up to `maxScanned`
 * prompts are examined and sorted, and the cursor points after the last returned prompt. In both
 * cases a prompt that exists throughout and keeps its position is returned once, whatever other
 * prompts are created or deleted between two pages.
 * @throws RegistryError `invalid` for a cursor of another search
 */
export function searchByScanning<Position>(
  plan: SearchPlan,
  source: Source<Position>,
): Promise<FoundPrompts> {
  return plan.isStreamed ? streamPage(plan, source) : sortPage(plan, source);
}

async function streamPage<Position>(
  plan: SearchPlan,
  { exact, position, walk: startWalk }: Source<Position>,
): Promise<FoundPrompts> {
  const { limit, cursor, changedSince } = plan.search;
  const listing = { identity: plan.identity, after: position };
  const from = decodeCursor(listing, cursor);
  const items: Prompt[] = [];
  // With `changedSince`, one prompt more shows whether there is another page.
  const pageWithNext = limit + (changedSince === undefined ? 0 : 1);
  // One request for each page. The page may be short when the response repeats prompts.
  const fetchOnce = () => (items.length === 0 ? pageWithNext : 0);
  const walk = startWalk(from, exact ? fetchOnce : (request) => growBatch(limit, request));
  const page = (next: Position | undefined) => ({
    items,
    ...(next === undefined ? {} : { nextCursor: encodeCursor(listing, next) }),
  });
  let lastExamined = from;
  const yieldTurn = createYielder();
  for await (const prompt of walk) {
    await yieldTurn();
    if (plan.isPastEnd(prompt)) return page(undefined);
    if (plan.keyOf(prompt) !== undefined) {
      if (items.length === limit) return page(lastExamined);
      items.push(prompt);
    }
    lastExamined = walk.position;
  }
  return page(walk.isComplete ? undefined : walk.position);
}

async function sortPage<Position>(
  plan: SearchPlan,
  { walk: startWalk }: Source<Position>,
): Promise<FoundPrompts> {
  const { limit, cursor } = plan.search;
  const listing = { identity: plan.identity, after: sortKey };
  const ranking = new TopItems<Prompt>(limit, decodeCursor(listing, cursor));
  const walk = startWalk(undefined, () => limits.pageSize);
  let isPastEnd = false;
  const yieldTurn = createYielder();
  for await (const prompt of walk) {
    await yieldTurn();
    isPastEnd = plan.isPastEnd(prompt);
    if (isPastEnd) break;
    const key = plan.keyOf(prompt);
    if (key !== undefined) ranking.add(key, prompt);
  }
  const { items, next } = ranking.page();
  return {
    items,
    ...(next === undefined ? {} : { nextCursor: encodeCursor(listing, next) }),
    ...(isPastEnd || walk.isComplete ? {} : { cut: true as const }),
  };
}

/** Gives the event loop a turn whenever the scan has run for `maxTurnMs`. */
function createYielder(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < maxTurnMs) return undefined;
    return turn().then(() => {
      since = performance.now();
    });
  };
}

/** Fetches few prompts first and more with each request, because matches may be frequent or rare. */
function growBatch(limit: number, request: number): number {
  return Math.min(limits.pageSize, Math.max(limit, 100) * 4 ** request);
}
