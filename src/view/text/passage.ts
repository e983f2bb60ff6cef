import { asShown } from "./line-ends.ts";

/** The most that a comment quotes, in UTF-16 units. */
const longestQuote = 200;

export interface Passage {
  /** In the stored text. */
  readonly start: number;
  readonly quote: string;
}

/**
 * The passage of a stored text that is selected in a text area. Where nothing is selected, it is the line
 * with the cursor. What is too long is cut.
 * @param from @param to of the selection, in the text as the text area shows it
 * @returns undefined for an empty line
 */
export function passageAt(stored: string, from: number, to: number): Passage | undefined {
  const shown = asShown(stored);
  const [first, last] = from === to ? lineAt(shown, from) : [from, to];
  const start = inStored(stored, first);
  const quote = cut(stored.slice(start, inStored(stored, last)));
  return quote.trim() === "" ? undefined : { start, quote };
}

function lineAt(shown: string, at: number): readonly [number, number] {
  const from = shown.lastIndexOf("\n", at - 1) + 1;
  const end = shown.indexOf("\n", at);
  return [at === 0 ? 0 : from, end < 0 ? shown.length : end];
}

/** A place in the text area, in the stored text, whose line ends may have two characters. */
function inStored(stored: string, shown: number): number {
  let left = shown;
  let at = 0;
  while (left > 0 && at < stored.length) {
    at += stored.startsWith("\r\n", at) ? 2 : 1;
    left -= 1;
  }
  return at;
}

function cut(text: string): string {
  if (text.length <= longestQuote) return text;
  const end = /[\uD800-\uDBFF]/.test(text.charAt(longestQuote - 1))
    ? longestQuote - 1
    : longestQuote;
  return text.slice(0, end);
}
