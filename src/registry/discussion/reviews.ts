import { createHash } from "node:crypto";
import * as z from "zod";
import type { PromptVersion } from "../types.ts";
import { authorOf } from "../versions/provenance.ts";
import { reviewPrefix } from "./discussion-tags.ts";
import { readAllStored, readStored } from "./stored.ts";

/** Lengths in UTF-16 units (of names: in code points), and how many people may be asked at once. */
export const reviewLimits = { reason: 300, name: 200, asked: 20 } as const;

const name = z
  .string()
  .min(1)
  .max(reviewLimits.name * 2);
const reason = z.string().max(reviewLimits.reason).optional();

/** What one person says of a version, as a tag of the version holds it, as JSON. */
const storedReview = z.object({
  by: name,
  at: z.iso.datetime(),
  verdict: z.enum(["approved", "declined"]),
  reason,
});
export type Review = Readonly<z.infer<typeof storedReview>>;

/** Who is asked to review a version; nobody in particular where `asked` is empty. */
const storedRequest = z.object({
  by: name.optional(),
  at: z.iso.datetime(),
  asked: z.array(name).max(reviewLimits.asked).default([]),
  reason,
});
export type ReviewRequest = Readonly<z.infer<typeof storedRequest>>;

/** The tag that holds the request for reviews. */
export const requestTag = `${reviewPrefix}request`;

/** The tag that holds the review of a person: each person has one. Names may have characters that keys cannot. */
export function reviewTag(person: string): string {
  return `${reviewPrefix}${createHash("sha256").update(person).digest("hex").slice(0, 24)}`;
}

/** The reviews of a version, oldest first. What is malformed, or in the tag of somebody else, is left out. */
export function reviewsOf({ tags }: Pick<PromptVersion, "tags">): readonly Review[] {
  return readAllStored(tags, reviewPrefix, storedReview)
    .filter(({ key, stored }) => reviewTag(stored.by) === key)
    .map(({ stored }) => stored)
    .sort((one, other) => one.at.localeCompare(other.at));
}

/** The request for reviews of a version; undefined where there is none. */
export function reviewRequestOf({ tags }: Pick<PromptVersion, "tags">): ReviewRequest | undefined {
  const text = Object.hasOwn(tags, requestTag) ? tags[requestTag] : undefined;
  return text === undefined ? undefined : readStored(storedRequest, text);
}

/** Those whose approval counts: everybody who approved the version but its author. */
export function approversOf(version: PromptVersion): readonly string[] {
  const author = authorOf(version);
  return reviewsOf(version)
    .filter(({ verdict, by }) => verdict === "approved" && by !== author)
    .map(({ by }) => by);
}
