import { pieces } from "../../../text/find-text.ts";
import { isPythonSpace } from "../../python-space.ts";
import { lengthOfText } from "./code-points.ts";

/** Splitting, stripping and padding of texts as Python does it. */

/** Characters that end a line, beside "\r\n" together. */
const lineEnds = new Set("\n\v\f\r\u001c\u001d\u001e\u0085\u2028\u2029");

/** Implements Python's `text.splitlines(keepends)`. */
export function linesOf(text: string, keepEnds = false): string[] {
  const lines: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (!lineEnds.has(text.charAt(at))) continue;
    const end = text.startsWith("\r\n", at) ? at + 2 : at + 1;
    lines.push(text.slice(from, keepEnds ? end : at));
    from = end;
    at = end - 1;
  }
  if (from < text.length) lines.push(text.slice(from));
  return lines;
}

/** Removes characters, or white space, at one end or both. */
export function stripText(
  text: string,
  characters: string | undefined,
  at: "start" | "end" | "both",
): string {
  const all = [...text];
  const stripped = characters === undefined ? undefined : new Set(characters);
  const isStripped = (it = "") => stripped?.has(it) ?? isPythonSpace(it, 0);
  let [start, end] = [0, all.length];
  while (at !== "end" && start < end && isStripped(all[start])) start += 1;
  while (at !== "start" && end > start && isStripped(all[end - 1])) end -= 1;
  return all.slice(start, end).join("");
}

/**
 * Splits at a separator, or at white space.
 * @param most the number of splits, negative for all
 * @param fromEnd whether the splits are counted from the end
 */
export function splitText(
  text: string,
  separator: string | undefined,
  most: number,
  fromEnd: boolean,
): string[] {
  if (separator === undefined) return splitAtSpaces(text, most, fromEnd);
  const found = pieces(text, separator);
  if (most < 0 || found.length <= most + 1) return found;
  const at = fromEnd ? found.length - most : most;
  return fromEnd
    ? [found.slice(0, at).join(separator), ...found.slice(at)]
    : [...found.slice(0, at), found.slice(at).join(separator)];
}

function splitAtSpaces(text: string, most: number, fromEnd: boolean): string[] {
  const words = wordsIn(text);
  const all = words.map(({ word }) => word);
  if (most < 0 || words.length <= most) return all;
  if (!fromEnd) {
    const rest = stripText(text.slice(words[most]?.from), undefined, "end");
    return [...all.slice(0, most), rest].filter((part) => part !== "");
  }
  const last = words[words.length - most - 1];
  const end = last ? last.from + last.word.length : 0;
  const rest = stripText(text.slice(0, end), undefined, "start");
  return [rest, ...all.slice(words.length - most)].filter((part) => part !== "");
}

function wordsIn(text: string): { word: string; from: number }[] {
  const words: { word: string; from: number }[] = [];
  let from = 0;
  for (let at = 0; at <= text.length; at += 1) {
    if (at < text.length && !isPythonSpace(text, at)) continue;
    if (at > from) words.push({ word: text.slice(from, at), from });
    from = at + 1;
  }
  return words;
}

/** Fills up at the start, at the end or on both sides. */
export function padText(
  text: string,
  width: number,
  fill: string,
  where: "start" | "end" | "center",
): string {
  const missing = Math.max(0, width - lengthOfText(text));
  // Python puts an odd character at the left when the width is odd.
  const half = Math.floor(missing / 2) + (missing % 2 === 1 && width % 2 === 1 ? 1 : 0);
  const before = where === "start" ? missing : where === "center" ? half : 0;
  return fill.repeat(before) + text + fill.repeat(missing - before);
}

/** Replaces tabs by spaces up to the next column that is a multiple of `size`. */
export function expandTabs(text: string, size: number): string {
  let column = 0;
  return Array.from(text, (character) => {
    if (character === "\t") {
      const width = size > 0 ? size - (column % size) : 0;
      column += width;
      return " ".repeat(width);
    }
    column = character === "\n" || character === "\r" ? 0 : column + 1;
    return character;
  }).join("");
}
