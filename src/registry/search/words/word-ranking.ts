import * as z from "zod";
import type { Prompt } from "../../types.ts";
import type { PromptMatch } from "../prompt-search.ts";
import type { Word } from "./query-words.ts";
import { type SearchedField, searchedFields } from "./searched-text.ts";
import { splitText } from "./split-words.ts";
import type { Place, Places } from "./word-places.ts";

/** How much a match in a field counts. */
const fieldWeight = {
  name: 4,
  title: 4,
  description: 2,
  tags: 2,
  text: 1,
} as const satisfies Record<SearchedField, number>;

/** Where no prompt has all words, a prompt is listed if it has this part of the best one's score. */
const partOfBest = 0.5;

/** A prompt that has at least one of the words. */
export interface Hit {
  readonly prompt: Prompt;
  readonly places: Places;
}

/**
 * What the first page of a search found out about all prompts. Further pages get it with the cursor:
 * otherwise prompts that are added or deleted meanwhile would change the order.
 */
export const rankingBasis = z.strictObject({
  /** How much each word counts. */
  weights: z.array(z.number()),
  /** The lowest score that is listed. Null: the prompt must have all words. */
  least: z.number().nullable(),
});
export type RankingBasis = Readonly<z.infer<typeof rankingBasis>>;

/** The rarer a word is, the more it counts. */
export function weighWords(counts: readonly number[], prompts: number): number[] {
  return counts.map((count) => Math.log(1 + prompts / Math.max(1, count)));
}

export function hasAllWords({ places }: Hit): boolean {
  return places.every((one) => one !== undefined);
}

/** @param weights how much each word counts */
export function scoreOf({ prompt, places }: Hit, weights: readonly number[]): number {
  const nameWeight = weighName(prompt.name);
  return places.reduce(
    (sum, place, index) => sum + (weights[index] ?? 0) * scorePlace(place, nameWeight),
    0,
  );
}

export function leastScore(hits: readonly Hit[], weights: readonly number[]): number {
  return hits.reduce((best, hit) => Math.max(best, scoreOf(hit, weights)), 0) * partOfBest;
}

export function isListed(hit: Hit, { weights, least }: RankingBasis): boolean {
  return least === null ? hasAllWords(hit) : scoreOf(hit, weights) >= least;
}

export function describeMatch({ places }: Hit, query: readonly Word[]): PromptMatch {
  return {
    fields: searchedFields.filter((field) => places.some((one) => one?.[field] !== undefined)),
    missing: query.filter((_, index) => places[index] === undefined).map(({ written }) => written),
  };
}

function scorePlace(place: Place | undefined, nameWeight: number): number {
  return searchedFields.reduce((sum, field) => {
    const weight = field === "name" ? nameWeight : fieldWeight[field];
    return sum + weight * (place?.[field] ?? 0);
  }, 0);
}

/** A word says more about a name of few words. */
function weighName(name: string): number {
  const words = [...splitText(name)].length;
  return fieldWeight.name * (0.8 + 0.2 / Math.max(1, words));
}
