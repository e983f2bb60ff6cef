import type { Prompt } from "../types.ts";

/** A prompt's title, which people see in place of its name. */
export const titleTag = "mcp.title";

/** "false" on a prompt keeps it out of the list of MCP prompts. */
export const publishTag = "mcp.publish";

/** "true" on a prompt serves it as a skill, "false" never does. */
export const skillTag = "mcp.skill";

/** Which prompts are served as skills: those with the tag `mcp.skill` = `true`, all that are published, or none. */
export const skillSelections = ["tagged", "all", "off"] as const;
export type SkillSelection = (typeof skillSelections)[number];

/** Tags by which lists of prompts and of skills differ. */
const listingTags = [titleTag, publishTag, skillTag];

/** Whether lists show a prompt differently, or not at all, when a tag changes. */
export function isListingTag(key: string): boolean {
  return listingTags.includes(key);
}

/** Whether two states of a prompt look different in lists. */
export function areListedDifferently(one: Prompt, other: Prompt): boolean {
  return (
    one.description !== other.description ||
    listingTags.some((key) => one.tags[key] !== other.tags[key])
  );
}

/** The title of a prompt; undefined where it has none of its own. */
export function findTitle({ tags }: Pick<Prompt, "tags">): string | undefined {
  return tags[titleTag]?.trim() || undefined;
}

export function isPublished({ tags }: Pick<Prompt, "tags">): boolean {
  return tags[publishTag] !== "false";
}

/** Whether a prompt is a skill. The tag of a prompt decides, and no version's: registering publishes nothing. */
export function isSkill({ tags }: Pick<Prompt, "tags">, selection: SkillSelection): boolean {
  if (selection === "off") return false;
  const tag = tags[skillTag];
  return tag === "true" || (selection === "all" && tag !== "false" && isPublished({ tags }));
}
