import * as z from "zod";
import {
  type Comment,
  commentLimits,
  commentsOf,
  commentTag,
  newCommentId,
  type Passage,
  passageText,
  type StoredComment,
  toStoredText,
} from "../../registry/discussion/comments.ts";
import { commentPrefix } from "../../registry/discussion/discussion-tags.ts";
import { quote, RegistryError } from "../../registry/errors.ts";
import type { PromptVersion } from "../../registry/types.ts";
import { recordedName } from "../../registry/versions/provenance.ts";
import { promptName, shortText, versionOrAlias } from "../input/fields.ts";
import { selectPromptVersion } from "../input/selectors.ts";
import { commentView, formatComments, viewComments } from "../output/discussion-view.ts";
import { line, ToolText } from "../output/tool-text.ts";
import { defineTool } from "../tool.ts";

const input = z.strictObject({
  name: promptName,
  version: versionOrAlias.describe("The version that the comment is on: its number or an alias."),
  text: z
    .string()
    .max(commentLimits.text)
    .refine((text) => text.trim() !== "", "must not be blank")
    .optional()
    .describe("What to say. At most 2,000 characters."),
  passage: z
    .strictObject({
      quote: z.string().min(1).max(commentLimits.quote),
      start: z.int().min(0).optional().describe("In UTF-16 units. Default: its first place."),
      message: z.int().min(0).optional().describe("The message of a chat prompt, from 0."),
    })
    .optional()
    .describe("The passage of the text that the comment is about. Default: the whole version."),
  reply_to: shortText.optional().describe("The ID of the comment that this one answers."),
  resolve: shortText.optional().describe("The ID of a comment that is settled. Give no text."),
  reopen: shortText.optional().describe("The ID of a comment that is not settled after all."),
});

type Given = z.infer<typeof input>;

export const commentOnPrompt = defineTool({
  name: "comment_on_prompt",
  title: "Comment on a prompt",
  description:
    "Adds a comment to a version of a prompt, or to a passage of its text; answers a comment; or marks one as resolved. load_prompt shows open comments. Comments stay with their version.",
  effect: "adds",
  view: "used",
  input,
  output: z.object({
    name: z.string(),
    version: z.int(),
    id: z.string().describe("The comment that was written or changed."),
    comments: z.array(commentView),
  }),
  async run(session, given, call) {
    const { name, selector } = await selectPromptVersion(session, given, call);
    const found = await session.registry.getVersion(name, selector, call);
    const now = Date.now();
    const who = recordedName(session.who);
    const { id, ...comment } = write(found, given, { now, ...(who ? { by: who } : {}) });
    const change = { [commentTag(id)]: toStoredText(comment) };
    await session.registry.tagVersion(name, found.version, change, {}, call);
    const comments = viewComments({ ...found, tags: { ...found.tags, ...change } });
    return {
      structured: { name, version: found.version, id, comments },
      text: ToolText.join(
        line`Version ${found.version} of ${name} has these comments now:`,
        ...formatComments(comments),
      ),
    };
  },
});

interface Writer {
  readonly now: number;
  readonly by?: string;
}

/** The comment as it is to be stored. @throws RegistryError `invalid`, `not_found` or `conflict` */
function write(version: PromptVersion, given: Given, writer: Writer): Comment {
  const { text, resolve, reopen } = given;
  const actions = [text, resolve, reopen].filter((one) => one !== undefined);
  if (actions.length !== 1) throw invalid("give either text, resolve or reopen");
  if (text !== undefined) return addition(version, { ...given, text }, writer);
  if (given.passage ?? given.reply_to) throw invalid("passage and reply_to go with text");
  const { resolved: _, ...open } = findComment(version, resolve ?? reopen ?? "");
  if (reopen !== undefined) return open;
  const { by, now } = writer;
  return { ...open, resolved: { ...(by ? { by } : {}), at: new Date(now).toISOString() } };
}

function addition(
  version: PromptVersion,
  { text, passage, reply_to }: Given & { readonly text: string },
  { now, by }: Writer,
): Comment {
  const { name, version: number, tags } = version;
  if (Object.keys(tags).filter((key) => key.startsWith(commentPrefix)).length >= most) {
    throw new RegistryError(
      "conflict",
      `No comment was added: version ${number} of ${quote(name)} has ${most} comments, and no more are kept. Register a version that settles some of them.`,
      { prompt: name, version: number },
    );
  }
  if (passage && reply_to !== undefined) throw invalid("an answer has no passage of its own");
  const answered = reply_to === undefined ? undefined : findComment(version, reply_to);
  const comment: StoredComment = {
    ...(by ? { by } : {}),
    at: new Date(now).toISOString(),
    text,
    ...(passage ? { passage: findPassage(version, passage) } : {}),
    // All answers belong to the comment that began.
    ...(answered ? { reply_to: answered.reply_to ?? answered.id } : {}),
  };
  return { ...comment, id: newCommentId(now) };
}

const most = commentLimits.perVersion;

function findComment(version: PromptVersion, id: string): Comment {
  const found = commentsOf(version).find((comment) => comment.id === id);
  if (found) return found;
  throw new RegistryError(
    "not_found",
    `No comment was changed: version ${version.version} of ${quote(version.name)} has no comment ${quote(id)}. prompt_discussion shows those there are.`,
    { prompt: version.name, version: version.version },
  );
}

function findPassage(
  { name, version, template }: PromptVersion,
  { quote: words, start, message }: NonNullable<Given["passage"]>,
): Passage {
  const text = passageText(template, message);
  const found = start === undefined ? text?.indexOf(words) : start;
  if (text === undefined || found === undefined || !text.startsWith(words, found) || found < 0) {
    throw new RegistryError(
      "invalid",
      `No comment was added: version ${version} of ${quote(name)} has no passage ${quote(words)}${message === undefined ? "" : ` in message ${message}`}${start === undefined ? "" : ` at ${start}`}. Quote it exactly as load_prompt shows it; a chat prompt needs the message, counted from 0.`,
      { prompt: name, version },
    );
  }
  return { ...(message === undefined ? {} : { message }), start: found, quote: words };
}

function invalid(problem: string): RegistryError {
  return new RegistryError("invalid", `No comment was changed: ${problem}.`);
}
