import { distance } from "fastest-levenshtein";
import { stemmer } from "stemmer";
import { isUnspaced } from "./split-words.ts";

/** A word within a longer one counts if both are long: "Erstattung" in "Rückerstattung". */
const shortestPart = 5;

/** A word of a query, prepared to be compared with many words. All words are folded. */
export class WordMatch {
  readonly #word: string;
  readonly #stem: string | undefined;
  readonly #isPrefix: boolean;
  readonly #maxTypos: number;

  constructor(word: string) {
    this.#word = word;
    this.#stem = stemOf(word);
    // In scripts without spaces, two characters are a word.
    this.#isPrefix = word.length >= (isUnspaced(word) ? 2 : 3);
    this.#maxTypos = maxTypos(word);
  }

  /** How well a word matches: from 0 (not at all) to 1 (the same word). */
  qualityOf(other: string): number {
    const word = this.#word;
    if (other === word) return 1;
    if (this.#stem !== undefined && stemOf(other) === this.#stem) return 0.9;
    if (this.#isPrefix && other.startsWith(word)) return 0.5 + (0.4 * word.length) / other.length;
    if (word.length >= shortestPart && other.includes(word)) return 0.5;
    const typos = this.#countTypos(other);
    return typos > this.#maxTypos ? 0 : 0.7 - 0.2 * typos;
  }

  /** Letters that are missing, added or wrong. Two that are exchanged are one typing error. */
  #countTypos(other: string): number {
    const word = this.#word;
    const most = this.#maxTypos;
    if (most === 0 || Math.abs(word.length - other.length) > most) return Number.POSITIVE_INFINITY;
    const typos = distance(word, other);
    if (typos <= 1 || typos > most + 1) return typos;
    const exchanged = exchangeLetters(word, other);
    return exchanged === undefined ? typos : Math.min(typos, 1 + distance(exchanged, other));
  }
}

function maxTypos(word: string): number {
  if (isUnspaced(word) || /\d/.test(word) || word.length < 4) return 0;
  return word.length < 8 ? 1 : 2;
}

/** The word with its first wrong letter and the next one exchanged, if the other word has them so. */
function exchangeLetters(word: string, other: string): string | undefined {
  let at = 0;
  while (at < word.length && word[at] === other[at]) at++;
  const isExchanged = word[at + 1] === other[at] && word[at] === other[at + 1];
  if (at + 1 >= word.length || !isExchanged) return undefined;
  return `${word.slice(0, at)}${word[at + 1]}${word[at]}${word.slice(at + 2)}`;
}

/** The stem of an English word. Undefined for a word that is not written like one. */
function stemOf(word: string): string | undefined {
  return /^[a-z]{3,}$/.test(word) ? stemmer(word) : undefined;
}
