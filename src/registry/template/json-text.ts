/** Returns the strings in a text of JSON, keys included; or the text itself if it is no JSON. */
export function literalsIn(text: string): readonly string[] {
  if (!hasMarks(text) || !isJson(text)) return [text];
  return split(text).flatMap((piece) => (isLiteral(piece) ? [decode(piece)] : []));
}

/**
 * Changes the strings in a text of JSON, and escapes what was inserted, so that the text stays JSON.
 * Everything between them stays as it is. A text that is no JSON is changed as a whole.
 */
export function mapLiterals(text: string, change: (text: string) => string): string {
  if (!hasMarks(text)) return text;
  if (!isJson(text)) return change(text);
  return split(text)
    .map((piece) => (isLiteral(piece) ? changed(piece, change) : piece))
    .join("");
}

function changed(literal: string, change: (text: string) => string): string {
  const before = decode(literal);
  const after = change(before);
  return after === before ? literal : JSON.stringify(after);
}

/** Whether the text can have a variable, in any syntax. Most have none, and parsing takes time. */
function hasMarks(text: string): boolean {
  return text.includes("{{") || text.includes("{%") || text.includes("{#");
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Splits valid JSON into its strings, with their quotes, and what is between them. */
function split(json: string): readonly string[] {
  const pieces: string[] = [];
  let from = 0;
  for (let start = json.indexOf('"'); start !== -1; start = json.indexOf('"', from)) {
    const end = endOfLiteral(json, start);
    pieces.push(json.slice(from, start), json.slice(start, end));
    from = end;
  }
  return [...pieces, json.slice(from)];
}

function endOfLiteral(json: string, start: number): number {
  let at = start + 1;
  while (json[at] !== '"') at += json[at] === "\\" ? 2 : 1;
  return at + 1;
}

function isLiteral(piece: string): boolean {
  return piece.startsWith('"');
}

function decode(literal: string): string {
  return String(JSON.parse(literal));
}
