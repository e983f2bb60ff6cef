import * as z from "zod";
import {
  type Comment,
  type Conversation,
  commentsOf,
  conversationsOf,
  hasPassage,
} from "../../registry/discussion/comments.ts";
import { reviewRequestOf, reviewsOf } from "../../registry/discussion/reviews.ts";
import type { PromptVersion } from "../../registry/types.ts";
import { time } from "../input/fields.ts";
import { line, type ToolText } from "./tool-text.ts";

const author = z.string().optional().describe("Absent when nobody is recorded.");

const said = { id: z.string(), author, at: time, text: z.string() };

export const commentView = z.object({
  ...said,
  passage: z
    .object({
      message: z.int().optional().describe("The message it is in, from 0."),
      start: z.int().describe("Where it begins, in UTF-16 units."),
      quote: z.string(),
      found: z.boolean().describe("Whether the version's text has the passage there."),
    })
    .optional()
    .describe("What the comment is about. Absent: the whole version."),
  resolved: z.object({ author, at: time }).optional().describe("Absent while it is open."),
  replies: z.array(z.object(said)),
});

export type CommentView = z.infer<typeof commentView>;

export const reviewsView = z.object({
  requested: z
    .object({
      author,
      at: time,
      asked: z.array(z.string()).describe("Empty: anybody."),
      reason: z.string().optional(),
    })
    .optional(),
  given: z.array(
    z.object({
      author: z.string(),
      at: time,
      verdict: z.enum(["approved", "declined"]),
      reason: z.string().optional(),
    }),
  ),
});

export type ReviewsView = z.infer<typeof reviewsView>;

/** All comments of a version, with replies, oldest first. */
export function viewComments(version: Pick<PromptVersion, "tags" | "template">): CommentView[] {
  return conversationsOf(commentsOf(version)).map((one) => viewConversation(version, one));
}

function viewConversation(
  { template }: Pick<PromptVersion, "template">,
  conversation: Conversation,
): CommentView {
  const { passage, resolved, replies } = conversation;
  return {
    ...viewSaid(conversation),
    ...(passage ? { passage: { ...passage, found: hasPassage(template, passage) } } : {}),
    ...(resolved ? { resolved: { ...viewAuthor(resolved), at: resolved.at } } : {}),
    replies: replies.map(viewSaid),
  };
}

function viewSaid({ id, at, text, ...rest }: Comment) {
  return { id, ...viewAuthor(rest), at, text };
}

function viewAuthor({ by }: { readonly by?: string | undefined }) {
  return by === undefined ? {} : { author: by };
}

export function viewReviews(version: Pick<PromptVersion, "tags">): ReviewsView {
  const request = reviewRequestOf(version);
  return {
    ...(request
      ? {
          requested: {
            ...viewAuthor(request),
            at: request.at,
            asked: [...request.asked],
            ...(request.reason === undefined ? {} : { reason: request.reason }),
          },
        }
      : {}),
    given: reviewsOf(version).map(({ by, at, verdict, reason }) => ({
      author: by,
      at,
      verdict,
      ...(reason === undefined ? {} : { reason }),
    })),
  };
}

/** What people said, a line each: it is theirs, and no line of the server. */
export function formatComments(comments: readonly CommentView[]): readonly ToolText[] {
  return comments.flatMap(({ id, passage, resolved, replies, ...first }) => [
    line`Comment ${id} ${fromWhom(first)}${about(passage)}${resolved ? " (resolved)" : ""}: ${first.text}`,
    ...replies.map((reply) => line`Reply to ${id} ${fromWhom(reply)}: ${reply.text}`),
  ]);
}

function about(passage: CommentView["passage"]): string {
  if (!passage) return "";
  const lost = passage.found ? "" : ", which is not there any more";
  return ` on the passage ${JSON.stringify(passage.quote)}${lost}`;
}

export function formatReviews({ requested, given }: ReviewsView): readonly ToolText[] {
  return [
    ...(requested
      ? [
          line`A review was requested ${fromWhom(requested)}${requested.asked.length === 0 ? "" : ` of ${requested.asked.join(", ")}`}${because(requested)}`,
        ]
      : []),
    ...given.map((review) => line`Review: ${review.verdict} ${fromWhom(review)}${because(review)}`),
  ];
}

function fromWhom({ author, at }: { readonly author?: string | undefined; readonly at: string }) {
  return author === undefined ? `at ${at}` : `by ${author} at ${at}`;
}

function because({ reason }: { readonly reason?: string | undefined }): string {
  return reason === undefined ? "" : `: ${reason}`;
}
