import { stringifyJson } from "../json.ts";

/**
 * Characters that start a new line in some program, or that are invisible and change how other text
 * is displayed: controls (C0, DEL, C1 with NEL), line and paragraph separators, zero-width space, word
 * joiner and invisible operators, byte order mark, directional embeddings, overrides and isolates
 * (Bidi_Control of Unicode 17 without the marks, which Arabic and Hebrew texts need), and tag
 * characters.
 */
const hidden =
  /[\p{Cc}\u2028\u2029\u200b\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/u;

/**
 * Puts any text on one line. Characters that could start another line, or that are hidden, are escaped
 * as in JSON (`\n`, `\u2028`). Runs in linear time.
 */
export function toOneLine(text: string): string {
  return hidden.test(text) ? escapeHidden(text, "") : text;
}

/** Keeps line feeds and tabs, and escapes all other hidden characters. */
export function toPlainLines(text: string): string {
  return hidden.test(text) ? escapeHidden(text, "\n\t") : text;
}

/**
 * The same for a unified diff, whose lines all keep their first character. Carriage returns at line
 * ends stay, so that a program can apply it. A line before the diff says when something is escaped.
 */
export function toPlainDiff(diff: string): string {
  const plain = diff.split("\r\n").map(toPlainLines).join("\r\n");
  return plain === diff
    ? diff
    : `Hidden characters are escaped as in JSON. Load the versions for the exact texts.\n${plain}`;
}

/** JSON in which no string can start a new line. It parses to the same value. */
export function toJsonText(value: unknown, indent?: number): string {
  return toPlainLines(stringifyJson(value, indent));
}

/** A loop, because a regular expression makes one call for each of many short matches. */
function escapeHidden(text: string, exempt: string): string {
  let spelled = "";
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const spelling = escapeSequences.get(text.charCodeAt(at));
    if (spelling === undefined || exempt.includes(text.charAt(at)) || isLoneHalf(text, at))
      continue;
    spelled += text.slice(from, at) + spelling;
    from = at + 1;
  }
  return spelled + text.slice(from);
}

/** Escapes of the UTF-16 units that `hidden` matches, with both halves of tag characters. */
const escapeSequences: ReadonlyMap<number, string> = new Map([
  ...escapes(0x00, 0x1f),
  [0x09, "\\t"],
  [0x0a, "\\n"],
  [0x0d, "\\r"],
  ...escapes(0x7f, 0x9f),
  ...escapes(0x200b, 0x200b),
  ...escapes(0x2028, 0x202e),
  ...escapes(0x2060, 0x2064),
  ...escapes(0x2066, 0x2069),
  ...escapes(0xdb40, 0xdb40),
  ...escapes(0xdc00, 0xdc7f),
  ...escapes(0xfeff, 0xfeff),
]);

function escapes(first: number, last: number): readonly (readonly [number, string])[] {
  return Array.from({ length: last - first + 1 }, (_, index) => {
    const code = first + index;
    return [code, `\\u${code.toString(16).padStart(4, "0")}`] as const;
  });
}

/** Whether a unit that tag characters (U+E0000 to U+E007F) use belongs to another character here. */
function isLoneHalf(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  if (code === 0xdb40) return !isTagHalf(text.charCodeAt(at + 1));
  return isTagHalf(code) && text.charCodeAt(at - 1) !== 0xdb40;
}

function isTagHalf(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdc7f;
}
