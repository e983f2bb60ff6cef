/** Matches what `\s` matches in Python. JavaScript's `\s` differs in a few control characters. */
export const pythonSpace =
  "[\\t-\\r\\u001c-\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";

const isSpace = new RegExp(pythonSpace);

/** Returns false for a position after the end of the text. */
export function isPythonSpace(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  // The comparison of codes is a fast path for ASCII letters.
  return (code <= 0x20 || code >= 0x85) && isSpace.test(text.charAt(at));
}
