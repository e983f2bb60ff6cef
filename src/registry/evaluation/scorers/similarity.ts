import { distance } from "fastest-levenshtein";
import type { CodeScore } from "./code-score.ts";

/** Characters of each text. The comparison takes time in the product of both lengths. */
const maxLength = 20_000;

/**
 * How alike two texts are, from 0 to 1: 1 less the characters to insert, delete or replace, as a share of
 * the longer text. Case and runs of white space make no difference.
 */
export function similarity(one: string, other: string): CodeScore {
  const [left, right] = [folded(one), folded(other)];
  const longest = Math.max(left.length, right.length);
  if (longest > maxLength) return { error: `A text has more than ${maxLength} characters.` };
  return { value: longest === 0 ? 1 : 1 - distance(left, right) / longest };
}

function folded(text: string): string {
  return text.trim().split(/\s+/).join(" ").toLowerCase();
}
