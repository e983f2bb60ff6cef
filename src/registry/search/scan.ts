import { setImmediate as turn } from "node:timers/promises";
import type * as z from "zod";
import { limits } from "../limits.ts";
import type { FoundPrompts } from "../prompt-registry.ts";
import type { Prompt } from "../types.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import type { SearchPlan } from "./search-plan.ts";
import { sortKey } from "./sort-key.ts";
import { TopItems } from "./top-items.ts";

/** At most so many prompts are looked at for one page: ten of MLflow's largest. */
export const maxScanned = 10_000;

/** Milliseconds for which prompts are looked at without a pause. */
const maxTurnMs = 10;

/** Prompts one after the other, in an order that a back end has. */
export interface Walk<Position> extends AsyncIterable<Prompt> {
  /** Behind the prompt given last. */
  readonly position: Position | undefined;
  /** Whether there is none behind it. A walk that stops without has reached its bound. */
  readonly isComplete: boolean;
}

/** What a back end's own search does for the scan. */
export interface Source<Position> {
  /** Whether all prompts of a walk are found, because its conditions are all there are. */
  readonly exact: boolean;
  /** What a cursor says of where a walk goes on. */
  readonly position: z.ZodType<Position>;
  /**
   * Begins behind a position, or with the first prompt.
   * @param count how many prompts to get with the nth request; none ends the walk
   */
  walk(from: Position | undefined, count: (request: number) => number): Walk<Position>;
}

/**
 * One page of a search. Where the back end has the order, prompts are given as they come, and the
 * cursor leads behind the last one looked at; else `mostScanned` are looked at and sorted, and the
 * cursor leads behind the last one given. Either way a prompt that is there all along and keeps its
 * place is given once, whatever comes and goes between two pages.
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
  { exact, position, walk: begin }: Source<Position>,
): Promise<FoundPrompts> {
  const { limit, cursor, changedSince } = plan.search;
  const listing = { identity: plan.identity, after: position };
  const from = decodeCursor(listing, cursor);
  const items: Prompt[] = [];
  // Where a time ends what is found, one prompt more tells whether there is another page.
  const whole = limit + (changedSince === undefined ? 0 : 1);
  // One request a page: it may lack the few prompts that were got again.
  const once = () => (items.length === 0 ? whole : 0);
  const walk = begin(from, exact ? once : (request) => growBatch(limit, request));
  const page = (next: Position | undefined) => ({
    items,
    ...(next === undefined ? {} : { nextCursor: encodeCursor(listing, next) }),
  });
  let passed = from;
  const pause = createYielder();
  for await (const prompt of walk) {
    await pause();
    if (plan.isOver(prompt)) return page(undefined);
    if (plan.keyOf(prompt) !== undefined) {
      if (items.length === limit) return page(passed);
      items.push(prompt);
    }
    passed = walk.position;
  }
  return page(walk.isComplete ? undefined : walk.position);
}

async function sortPage<Position>(
  plan: SearchPlan,
  { walk: begin }: Source<Position>,
): Promise<FoundPrompts> {
  const { limit, cursor } = plan.search;
  const listing = { identity: plan.identity, after: sortKey };
  const ranking = new TopItems<Prompt>(limit, decodeCursor(listing, cursor));
  const walk = begin(undefined, () => limits.pageSize);
  let whole = false;
  const pause = createYielder();
  for await (const prompt of walk) {
    await pause();
    whole = plan.isOver(prompt);
    if (whole) break;
    const key = plan.keyOf(prompt);
    if (key !== undefined) ranking.add(key, prompt);
  }
  const { items, next } = ranking.page();
  return {
    items,
    ...(next === undefined ? {} : { nextCursor: encodeCursor(listing, next) }),
    ...(whole || walk.isComplete ? {} : { cut: true as const }),
  };
}

/** Lets others have their turn whenever looking has taken the thread for a while. */
function createYielder(): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since < maxTurnMs) return undefined;
    return turn().then(() => {
      since = performance.now();
    });
  };
}

/** Some prompts are found seldom, some often: a few are got first, then more with each request. */
function growBatch(limit: number, request: number): number {
  return Math.min(limits.pageSize, Math.max(limit, 100) * 4 ** request);
}
