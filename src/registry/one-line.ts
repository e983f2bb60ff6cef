/**
 * Characters that begin a line somewhere, or that change how others are seen while nobody sees them:
 * controls (C0, DEL, C1 with NEL), line and paragraph separator, zero-width space, word joiner and
 * its like, byte order mark, directional embeddings, overrides and isolates (Unicode 17, Bidi_Control
 * but the marks, which Arabic and Hebrew texts need), and tag characters.
 */
const hidden =
  /[\p{Cc}\u2028\u2029\u200b\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/gu;
/** The same without line feed and tab. */
const hiddenInLines =
  /[^\P{Cc}\n\t]|[\u2028\u2029\u200b\u2060-\u2064\ufeff\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/gu;

const spellings: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/**
 * A text on one line, whoever wrote it: what could begin another line, or hide, is spelled out as in
 * JSON (`\n`, `\u2028`). Takes time linear in the text.
 */
export function oneLine(text: string): string {
  return text.replace(hidden, spelled);
}

/** A text of several lines that ends them with line feeds alone; what else would is spelled out. */
export function plainLines(text: string): string {
  return text.replace(hiddenInLines, spelled);
}

/** JSON in which no text begins a line of its own. Parsed, it is the same value. */
export function jsonText(value: unknown, indent?: number): string {
  const json = JSON.stringify(value, undefined, indent) ?? "null";
  return json.replace(hiddenInLines, (character) =>
    Array.from({ length: character.length }, (_, at) => escaped(character.charCodeAt(at))).join(""),
  );
}

function spelled(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return spellings[character] ?? (code > 0xffff ? `\\u{${code.toString(16)}}` : escaped(code));
}

function escaped(code: number): string {
  return `\\u${code.toString(16).padStart(4, "0")}`;
}
