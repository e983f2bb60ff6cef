/** What `\s` matches in Python, which differs from JavaScript's in a few control characters. */
export const pythonSpace =
  "[\\t-\\r\\u001c-\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";

const isSpace = new RegExp(pythonSpace);

/** Whether the character at a place of a text is one of those; there is none behind its end. */
export function isPythonSpace(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  // Most are letters of ASCII.
  return (code <= 0x20 || code >= 0x85) && isSpace.test(text.charAt(at));
}
