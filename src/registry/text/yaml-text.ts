/**
 * What a double-quoted YAML scalar must not contain as it is: quotes, escapes, and characters that are
 * no text, or that readers do not see. Everything else is the same in YAML as here. Simple readers end
 * front matter at `---` or `+++` anywhere.
 */
const escaped = /["\\\p{C}\p{Zl}\p{Zp}]|-(?=--)|\+(?=\+\+)/gu;

/** A text as one double-quoted YAML scalar on one line: no text can end it, or become another type. */
export function quoteYaml(text: string): string {
  return `"${text.replace(escaped, escapeOf)}"`;
}

function escapeOf(character: string): string {
  if (character === '"' || character === "\\") return `\\${character}`;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return code > 0xffff ? `\\U${hex.padStart(8, "0")}` : `\\u${hex.padStart(4, "0")}`;
}
