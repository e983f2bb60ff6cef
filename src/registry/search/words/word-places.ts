import type { Word } from "./query-words.ts";
import { type SearchedField, type SearchedText, searchedFields } from "./searched-text.ts";
import { foldWord, splitText, wordsIn } from "./split-words.ts";
import { WordMatch } from "./word-match.ts";

/** Longer words are compared by their beginning. Nobody types more of a word. */
const maxWordLength = 40;

/** How many words of texts are remembered, with how well they match. */
const maxRemembered = 50_000;

/** How well each field of a prompt matches one word: 0.3 to 1, or absent. */
export type Place = Readonly<Partial<Record<SearchedField, number>>>;

/** The places of each word of a query; undefined for one that the prompt lacks. */
export type Places = readonly (Place | undefined)[];

/**
 * Finds the words of one query in texts. Texts repeat their words, so what was found out about a word
 * is remembered.
 */
export class PlaceFinder {
  readonly #words: readonly WordMatch[];
  readonly #remembered = new Map<string, readonly number[]>();

  constructor(words: readonly Word[]) {
    this.#words = words.map(({ term }) => new WordMatch(term));
  }

  find(text: SearchedText): Places {
    const places = this.#words.map((): Partial<Record<SearchedField, number>> => ({}));
    for (const field of searchedFields) {
      for (const part of splitText(text[field])) {
        for (const [index, quality] of this.#qualitiesOf(part).entries()) {
          const place = places[index];
          if (quality > 0 && place) place[field] = Math.max(place[field] ?? 0, quality);
        }
      }
    }
    return places.map((place) => (Object.keys(place).length > 0 ? place : undefined));
  }

  /** How well a part of a text matches each word; empty when it matches none. */
  #qualitiesOf(part: string): readonly number[] {
    const known = this.#remembered.get(part);
    if (known !== undefined) return known;
    const terms = wordsIn(part).map((word) => foldWord(word.slice(0, maxWordLength)));
    const all = this.#words.map((word) => Math.max(...terms.map((term) => word.qualityOf(term))));
    const qualities = all.some((quality) => quality > 0) ? all : [];
    if (this.#remembered.size >= maxRemembered) this.#remembered.clear();
    if (part.length <= maxWordLength) this.#remembered.set(part, qualities);
    return qualities;
  }
}
