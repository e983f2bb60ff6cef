import { randomInt } from "node:crypto";
import * as z from "zod";
import type { PromptVersion, Template } from "../types.ts";
import { commentPrefix } from "./discussion-tags.ts";
import { readAllStored } from "./stored.ts";

/** Lengths in UTF-16 units (of names: in code points), and the most comments of one version. */
export const commentLimits = { text: 2_000, quote: 200, name: 200, perVersion: 100 } as const;

/** A passage of a version's text. */
const passage = z.object({
  /** The message it is in, from 0; absent in a text prompt. */
  message: z.int().min(0).optional(),
  /** Where it begins, in UTF-16 units. */
  start: z.int().min(0),
  quote: z.string().min(1).max(commentLimits.quote),
});
export type Passage = Readonly<z.infer<typeof passage>>;

/** A comment as a tag of the version holds it, as JSON. `by` is absent where nobody is known. */
const storedComment = z.object({
  by: z
    .string()
    .max(commentLimits.name * 2)
    .optional(),
  at: z.iso.datetime(),
  text: z.string().max(commentLimits.text),
  passage: passage.optional(),
  /** The comment that begins the conversation. */
  reply_to: z.string().max(50).optional(),
  resolved: z
    .object({
      by: z
        .string()
        .max(commentLimits.name * 2)
        .optional(),
      at: z.iso.datetime(),
    })
    .optional(),
});
export type StoredComment = Readonly<z.infer<typeof storedComment>>;

export interface Comment extends StoredComment {
  /** The end of the tag's key. */
  readonly id: string;
}

/** A time-sortable ID: the time in milliseconds and four further digits, in base 36. */
export function newCommentId(at: number): string {
  return `${at.toString(36)}${randomInt(36 ** 4)
    .toString(36)
    .padStart(4, "0")}`;
}

export function commentTag(id: string): string {
  return `${commentPrefix}${id}`;
}

export function toStoredText(comment: StoredComment): string {
  return JSON.stringify(comment);
}

/** The comments of a version, oldest first. What is malformed is left out. */
export function commentsOf({ tags }: Pick<PromptVersion, "tags">): readonly Comment[] {
  const found = readAllStored(tags, commentPrefix, storedComment).map(({ key, stored }) => ({
    ...stored,
    id: key.slice(commentPrefix.length),
  }));
  return found
    .sort((one, other) => one.at.localeCompare(other.at) || one.id.localeCompare(other.id))
    .slice(0, commentLimits.perVersion);
}

/** A comment that begins a conversation, with the replies to it. */
export interface Conversation extends Comment {
  readonly replies: readonly Comment[];
}

/** Replies to what is not there begin a conversation of their own. */
export function conversationsOf(comments: readonly Comment[]): readonly Conversation[] {
  const roots = new Set(
    comments.filter(({ reply_to }) => reply_to === undefined).map(({ id }) => id),
  );
  const isReply = ({ reply_to }: Comment) => reply_to !== undefined && roots.has(reply_to);
  return comments
    .filter((comment) => !isReply(comment))
    .map((comment) => ({
      ...comment,
      replies: comments.filter((one) => isReply(one) && one.reply_to === comment.id),
    }));
}

/** The text that a passage is in; undefined where the template has no such text. */
export function passageText(template: Template, message: number | undefined): string | undefined {
  if (template.kind !== "chat") return message === undefined ? template.text : undefined;
  const content = message === undefined ? undefined : template.messages[message]?.content;
  return typeof content === "string" ? content : undefined;
}

/** Whether the version has the passage where the comment says. */
export function hasPassage(template: Template, { message, start, quote }: Passage): boolean {
  return passageText(template, message)?.startsWith(quote, start) ?? false;
}
