import type { Prompt } from "../types.ts";

/** A prompt's title, which people see in place of its name. */
export const titleTag = "mcp.title";

/** "false" on a prompt keeps it out of the list of MCP prompts. */
export const publishTag = "mcp.publish";

/** The title of a prompt; undefined where it has none of its own. */
export function findTitle({ tags }: Pick<Prompt, "tags">): string | undefined {
  return tags[titleTag]?.trim() || undefined;
}

export function isPublished({ tags }: Pick<Prompt, "tags">): boolean {
  return tags[publishTag] !== "false";
}
