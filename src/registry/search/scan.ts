import { limits } from "../limits.ts";
import type { Prompt } from "../types.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import type { FoundPrompts } from "./prompt-search.ts";
import type { SearchPlan } from "./search-plan.ts";
import { sortKey } from "./sort-key.ts";
import type { Source } from "./source.ts";
import { TopItems } from "./top-items.ts";
import { createYielder } from "./turns.ts";
import { searchByWords } from "./words/word-search.ts";

/** Maximum number of prompts to examine for one page: ten of MLflow's largest pages. */
export const maxScanned = 10_000;

/**
 * One page of a search. If the back end supports the order, matching prompts are returned in the order
 * of the walk, and the cursor points after the last examined prompt. Otherwise up to `maxScanned`
 * prompts are examined and sorted, and the cursor points after the last returned prompt. In both
 * cases a prompt that exists throughout and keeps its position is returned once, whatever other
 * prompts are created or deleted between two pages. A search for words is another function's.
 * @throws RegistryError `invalid` for a cursor of another search
 */
export function searchByScanning<Position>(
  plan: SearchPlan,
  source: Source<Position>,
): Promise<FoundPrompts> {
  if (plan.query !== "") return searchByWords(plan, source);
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
    if (plan.matches(prompt)) {
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
    if (plan.matches(prompt)) ranking.add(plan.keyOf(prompt), prompt);
  }
  const { items, next } = ranking.page();
  return {
    items,
    ...(next === undefined ? {} : { nextCursor: encodeCursor(listing, next) }),
    ...(isPastEnd || walk.isComplete ? {} : { cut: true as const }),
  };
}

/** Fetches few prompts first and more with each request, because matches may be frequent or rare. */
function growBatch(limit: number, request: number): number {
  return Math.min(limits.pageSize, Math.max(limit, 100) * 4 ** request);
}
