import { quote, RegistryError } from "../errors.ts";
import type { Tags } from "../types.ts";

/** Begins the keys of the tags of a version that hold a comment each. */
export const commentPrefix = "mcp.comment.";

/** Begins the keys of the tags of a version that hold a review each, and the request for reviews. */
export const reviewPrefix = "mcp.review.";

/** Whether a tag is part of what people say about a version: only the tools for that write it. */
export function isDiscussionTag(key: string): boolean {
  return key.startsWith(commentPrefix) || key.startsWith(reviewPrefix);
}

/** The tags of a version without comments and reviews, which are shown by themselves. */
export function omitDiscussionTags(tags: Tags): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !isDiscussionTag(key)));
}

/** @throws RegistryError `invalid` for tags that hold comments or reviews */
export function refuseDiscussionTags(tags: Readonly<Record<string, unknown>>): void {
  const key = Object.keys(tags).find(isDiscussionTag);
  if (key === undefined) return;
  throw new RegistryError(
    "invalid",
    `The tag ${quote(key)} would be a comment or a review of a version, with its author. Only comment_on_prompt and review_prompt write such tags. Nothing was changed.`,
  );
}
