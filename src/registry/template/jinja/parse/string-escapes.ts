import { JinjaProblem } from "../problem.ts";

const simple: Readonly<Record<string, string>> = {
  "\n": "",
  "\\": "\\",
  "'": "'",
  '"': '"',
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
};

const escapes = /\\(x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[0-7]{1,3}|.)/gs;

/** Decodes the escapes in a string as Python's `unicode-escape` does. Keeps unknown escapes. */
export function decodeEscapes(text: string, line: number): string {
  return text.replace(escapes, (found: string, code: string) => {
    const own = simple[code];
    if (own !== undefined) return own;
    if (/^[0-7]/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8));
    if (!/^[xuUN]/.test(code)) return found;
    const point = code.length > 1 ? Number.parseInt(code.slice(1), 16) : undefined;
    if (point !== undefined && point <= 0x10ffff) return String.fromCodePoint(point);
    throw new JinjaProblem("syntax", `a string has "${found}", which is not a character`, line);
  });
}
