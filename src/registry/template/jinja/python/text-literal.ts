/** Formats a text as Python's `repr()`: in quotes, with escapes. */
export function textLiteral(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/[\\'"]|[\p{C}\p{Z}]/gu, (character) => {
    if (character === " ") return character;
    if (character === "'" || character === '"') {
      return character === mark ? `\\${character}` : character;
    }
    return escapes[character] ?? escapeOf(character.codePointAt(0) ?? 0);
  });
  return mark + escaped + mark;
}

/** Escapes what is not ASCII in the `repr()` of a value, as Python's `ascii()` does. */
export function escapeNonAscii(literal: string): string {
  return literal.replace(/[^\0-\u007f]/gu, (character) => escapeOf(character.codePointAt(0) ?? 0));
}

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function escapeOf(code: number): string {
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
