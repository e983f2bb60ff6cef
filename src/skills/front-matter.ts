import { quoteYaml } from "../registry/text/yaml-text.ts";

/** What the YAML front matter of a `SKILL.md` says (Agent Skills, `SKILL.md` format). */
export interface FrontMatter {
  readonly name: string;
  readonly description: string;
  /** Texts by key; the keys are this program's. */
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Writes front matter with its lines. Each value is one double-quoted scalar on one line, so that no
 * text of a prompt can end it, add a key, or become another type.
 */
export function writeFrontMatter({ name, description, metadata }: FrontMatter): string {
  return [
    "---",
    `name: ${quoteYaml(name)}`,
    `description: ${quoteYaml(description)}`,
    "metadata:",
    ...Object.entries(metadata).map(([key, value]) => `  ${key}: ${quoteYaml(value)}`),
    "---",
    "",
  ].join("\n");
}
