/** What `\s` matches in Python, which differs from JavaScript's in a few control characters. */
export const pythonSpace =
  "[\\t-\\r\\u001c-\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]";
