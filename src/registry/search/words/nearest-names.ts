import { findClosestNames } from "../../text/closest-names.ts";
import { createYielder } from "../turns.ts";
import type { Word } from "./query-words.ts";
import { foldWord, splitText, wordsIn } from "./split-words.ts";

const most = 5;

/** The names that are most like a query that matches nothing, or have a word like one of its words. */
export async function findNearestNames(
  query: string,
  words: readonly Word[],
  names: readonly string[],
): Promise<readonly string[]> {
  const nearest = new Set(findClosestNames(query.trim(), names, most));
  const yieldTurn = createYielder();
  const namesOf = new Map<string, string[]>();
  for (const name of names) {
    const parts = [...splitText(name)].flatMap(wordsIn).map(foldWord);
    for (const part of new Set(parts)) {
      namesOf.set(part, [...(namesOf.get(part) ?? []), name].slice(0, most));
    }
    await yieldTurn();
  }
  const parts = [...namesOf.keys()].filter((part) => part.length > 2);
  for (const { term } of words) {
    for (const part of findClosestNames(term, parts, most)) {
      for (const name of namesOf.get(part) ?? []) nearest.add(name);
    }
    await yieldTurn();
  }
  return [...nearest].slice(0, most);
}
