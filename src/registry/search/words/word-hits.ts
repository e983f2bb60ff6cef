import type { Template } from "../../types.ts";
import {
  type Hit,
  hasAllWords,
  leastScore,
  type RankingBasis,
  weighWords,
} from "./word-ranking.ts";

/** Maximum number of characters of templates that are kept until all prompts are ranked. */
const maxKeptLength = 32_000_000;

/** The prompts that have words of a query. Those with some words only until one has all of them. */
export class WordHits {
  /** The names of all prompts that were examined. */
  readonly names: string[] = [];
  kept: Hit[] = [];
  /** The number of prompts that have each word. */
  readonly #counts: number[];
  readonly #basis: RankingBasis | undefined;
  #needsAllWords: boolean;
  #keptLength = 0;

  /**
   * @param words the number of words
   * @param basis what the first page found out; absent for the first page
   */
  constructor(words: number, basis: RankingBasis | undefined) {
    this.#counts = Array.from({ length: words }, () => 0);
    this.#basis = basis;
    this.#needsAllWords = basis?.least === null;
  }

  /** Whether there is no memory for more. */
  get isFull(): boolean {
    return this.#keptLength > maxKeptLength;
  }

  /** Counts an examined prompt, and keeps it if it has words. */
  add(hit: Hit): void {
    const { prompt, places } = hit;
    this.names.push(prompt.name);
    for (const [index, place] of places.entries()) {
      if (place !== undefined) this.#counts[index] = (this.#counts[index] ?? 0) + 1;
    }
    if (places.every((place) => place === undefined)) return;
    if (hasAllWords(hit)) this.#needAllWords();
    else if (this.#needsAllWords) return;
    this.kept.push(hit);
    this.#keptLength += prompt.latest === undefined ? 0 : lengthOf(prompt.latest.template);
  }

  basis(): RankingBasis {
    const weights = weighWords(this.#counts, this.names.length);
    return { weights, least: this.#needsAllWords ? null : leastScore(this.kept, weights) };
  }

  #needAllWords(): void {
    if (this.#needsAllWords || this.#basis !== undefined) return;
    this.#needsAllWords = true;
    this.kept = [];
    this.#keptLength = 0;
  }
}

function lengthOf(template: Template): number {
  return template.kind === "chat" ? JSON.stringify(template.messages).length : template.text.length;
}
