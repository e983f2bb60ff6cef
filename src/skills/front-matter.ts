/** What the YAML front matter of a `SKILL.md` says (Agent Skills, `SKILL.md` format). */
export interface FrontMatter {
  readonly name: string;
  readonly description: string;
  /** Texts by key; the keys are this program's. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * What a double-quoted YAML scalar must not contain as it is: quotes, escapes, and characters that are
 * no text, or that readers do not see. Everything else is the same in YAML as here.
 */
const escaped = /["\\\p{C}\p{Zl}\p{Zp}]/gu;

/**
 * Writes front matter with its lines. Each value is one double-quoted scalar on one line, so that no
 * text of a prompt can end it, add a key, or become another type.
 */
export function writeFrontMatter({ name, description, metadata }: FrontMatter): string {
  return [
    "---",
    `name: ${scalar(name)}`,
    `description: ${scalar(description)}`,
    "metadata:",
    ...Object.entries(metadata).map(([key, value]) => `  ${key}: ${scalar(value)}`),
    "---",
    "",
  ].join("\n");
}

function scalar(text: string): string {
  return `"${text.replace(escaped, escapeOf)}"`;
}

function escapeOf(character: string): string {
  if (character === '"' || character === "\\") return `\\${character}`;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return code > 0xffff ? `\\U${hex.padStart(8, "0")}` : `\\u${hex.padStart(4, "0")}`;
}
