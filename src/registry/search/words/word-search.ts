import { limits } from "../../limits.ts";
import type { Prompt, PromptVersion } from "../../types.ts";
import { findServedVersion } from "../../versions/served-version.ts";
import { decodeCursor, encodeCursor } from "../cursor.ts";
import type { FoundPrompts } from "../prompt-search.ts";
import type { SearchPlan } from "../search-plan.ts";
import { sortKey } from "../sort-key.ts";
import type { Source } from "../source.ts";
import { TopItems } from "../top-items.ts";
import { createYielder } from "../turns.ts";
import { findNearestNames } from "./nearest-names.ts";
import { queryWords } from "./query-words.ts";
import { searchedTextOf } from "./searched-text.ts";
import { WordHits } from "./word-hits.ts";
import { PlaceFinder } from "./word-places.ts";
import { describeMatch, type Hit, isListed, rankingBasis, scoreOf } from "./word-ranking.ts";

/** How many prompts' served versions are read at a time. */
const batchSize = 500;

/** The position after the last prompt of a page, and what the first page found out. */
const rankedPosition = sortKey.extend(rankingBasis.shape);

/**
 * One page of a search for words. All prompts are examined, up to the limits: how much a word counts,
 * and whether any prompt has all words, depends on all of them.
 * @throws RegistryError `invalid` for a cursor of another search
 */
export async function searchByWords<Position>(
  plan: SearchPlan,
  source: Source<Position>,
): Promise<FoundPrompts> {
  const { limit, cursor } = plan.search;
  const listing = { identity: plan.identity, after: rankedPosition };
  const after = decodeCursor(listing, cursor);
  const words = queryWords(plan.query);
  const hits = new WordHits(words.length, after);
  const isComplete = await examine({ plan, source, finder: new PlaceFinder(words), hits });
  const { weights, least } = after ?? hits.basis();
  const ranking = new TopItems<Hit>(limit, after);
  for (const hit of hits.kept) {
    const key = plan.keyOf(hit.prompt, scoreOf(hit, weights));
    if (isListed(hit, { weights, least })) ranking.add(key, hit);
  }
  const { items, next } = ranking.page();
  return {
    items: items.map(({ prompt }) => prompt),
    matches: items.map((hit) => describeMatch(hit, words)),
    ...(next ? { nextCursor: encodeCursor(listing, { ...next, weights, least }) } : {}),
    ...(isComplete ? {} : { cut: true as const }),
    ...(items.length === 0 && after === undefined
      ? { nearest: await findNearestNames(plan.query, words, hits.names) }
      : {}),
  };
}

interface WordSearch<Position> {
  readonly plan: SearchPlan;
  readonly source: Source<Position>;
  readonly finder: PlaceFinder;
  readonly hits: WordHits;
}

/** @returns whether all prompts were examined */
async function examine<Position>(search: WordSearch<Position>): Promise<boolean> {
  const { plan, source, hits } = search;
  const walk = source.walk(undefined, () => limits.pageSize);
  const yieldTurn = createYielder();
  let batch: Prompt[] = [];
  for await (const prompt of walk) {
    await yieldTurn();
    const isPastEnd = plan.isPastEnd(prompt);
    if (!isPastEnd && plan.matches(prompt)) batch.push(prompt);
    if (isPastEnd || walk.isComplete || batch.length === batchSize) {
      await findInBatch(batch, search);
      batch = [];
      if (isPastEnd || walk.isComplete) return true;
      if (hits.isFull) return false;
    }
  }
  await findInBatch(batch, search);
  return walk.isComplete;
}

async function findInBatch<Position>(
  prompts: readonly Prompt[],
  { plan, source, finder, hits }: WordSearch<Position>,
): Promise<void> {
  const served = await readServed(prompts, plan.serve, source);
  const yieldTurn = createYielder();
  for (const prompt of prompts) {
    hits.add({ prompt, places: finder.find(searchedTextOf(prompt, served.get(prompt.name))) });
    await yieldTurn();
  }
}

/** The served versions that are not the newest ones, by the names of their prompts. */
async function readServed<Position>(
  prompts: readonly Prompt[],
  serve: readonly string[],
  { readVersions }: Source<Position>,
): Promise<ReadonlyMap<string, PromptVersion>> {
  const wanted = prompts.flatMap((prompt) => {
    const version = findServedVersion(prompt, serve);
    return version === undefined || version === prompt.latest?.version
      ? []
      : [{ name: prompt.name, version, prompt }];
  });
  const versions = wanted.length === 0 ? [] : await readVersions(wanted);
  return new Map(versions.map((version) => [version.name, version]));
}
