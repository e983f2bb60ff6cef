/** Needles up to this length are fast to find with the engine's own search. */
const shortNeedle = 16;

/**
 * Computes `text.indexOf(needle, from)` in time linear in both lengths. The engine's own search
 * compares the needle again at every position of a partial match.
 */
export function indexOf(text: string, needle: string, from = 0): number {
  if (needle.length <= shortNeedle) return text.indexOf(needle, from);
  return search(text, needle, borders(needle), from);
}

/** Computes `text.split(separator)` in linear time. */
export function pieces(text: string, separator: string): string[] {
  if (separator.length <= shortNeedle) return text.split(separator);
  const table = borders(separator);
  const found: string[] = [];
  let from = 0;
  for (;;) {
    const at = search(text, separator, table, from);
    if (at === -1) return [...found, text.slice(from)];
    found.push(text.slice(from, at));
    from = at + separator.length;
  }
}

/** Knuth-Morris-Pratt search. */
function search(text: string, needle: string, table: Int32Array, from: number): number {
  let matched = 0;
  for (let at = from; at < text.length; at++) {
    matched = grown(needle, table, matched, text.charCodeAt(at));
    if (matched === needle.length) return at + 1 - matched;
  }
  return -1;
}

/** Returns, for each prefix of the needle, the length of its longest proper prefix that is a suffix. */
function borders(needle: string): Int32Array {
  const table = new Int32Array(needle.length + 1);
  for (let end = 1; end < needle.length; end++) {
    table[end + 1] = grown(needle, table, table[end] ?? 0, needle.charCodeAt(end));
  }
  return table;
}

/** Returns how much of the needle matches after the next character. */
function grown(needle: string, table: Int32Array, matched: number, code: number): number {
  let length = matched;
  while (length > 0 && needle.charCodeAt(length) !== code) length = table[length] ?? 0;
  return needle.charCodeAt(length) === code ? length + 1 : 0;
}
