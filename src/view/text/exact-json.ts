/** JSON in which numbers keep their spelling. JavaScript loses it: `1.0` is 1 there, and 12345678901234567890 another number. */

/** Begins a string that stands for a number. Nobody who writes prompts can know it. */
const mark = `${[...crypto.getRandomValues(new Uint32Array(4))].join("-")} `;

/** A number that JavaScript would spell differently. */
export class SpelledNumber {
  constructor(readonly spelling: string) {}

  toString(): string {
    return this.spelling;
  }
}

/**
 * As `JSON.parse`, with a `SpelledNumber` for every number that JavaScript would spell differently.
 * @throws SyntaxError
 */
export function parseExact(text: string): unknown {
  const plain: unknown = JSON.parse(text);
  const marked = replaceTokens(text, (token) =>
    token.startsWith('"') || String(Number(token)) === token ? token : `"${mark}${token}"`,
  );
  if (marked === text) return plain;
  return JSON.parse(marked, (_, value: unknown) =>
    typeof value === "string" && value.startsWith(mark)
      ? new SpelledNumber(value.slice(mark.length))
      : value,
  );
}

/** As `JSON.stringify`, with every number as it is spelled. @param value not undefined */
export function spellJson(value: unknown, indent?: number): string {
  const replaced = (_: string, one: unknown) =>
    one instanceof SpelledNumber ? mark + one.spelling : one;
  const marked = JSON.stringify(value, replaced, indent);
  return replaceTokens(marked, (token) =>
    token.startsWith(`"${mark}`) ? token.slice(mark.length + 1, -1) : token,
  );
}

export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  const isObject = typeof value === "object" && value !== null;
  return isObject && !Array.isArray(value) && !(value instanceof SpelledNumber);
}

export function hasSpelledNumber(value: unknown): boolean {
  if (value instanceof SpelledNumber) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(hasSpelledNumber);
}

/** Replaces the strings and the numbers of valid JSON. In linear time, which a pattern would not take. */
function replaceTokens(text: string, replace: (token: string) => string): string {
  let replaced = "";
  for (let at = 0; at < text.length; ) {
    const end = endOfToken(text, at);
    replaced += end === at ? text.charAt(at) : replace(text.slice(at, end));
    at = Math.max(end, at + 1);
  }
  return replaced;
}

/** Where the string or number that begins here ends; the same place if none does. */
function endOfToken(text: string, at: number): number {
  let end = at;
  if (text.charAt(at) === '"') {
    do end += text.charAt(end) === "\\" ? 2 : 1;
    while (text.charAt(end) !== '"');
    return end + 1;
  }
  if (!/[-0-9]/.test(text.charAt(at))) return at;
  while (/[-+.eE0-9]/.test(text.charAt(end))) end++;
  return end;
}
