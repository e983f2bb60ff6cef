import type { PromptMessage } from "@modelcontextprotocol/server";
import type { Rendered, RenderedMessage } from "../registry/template/rendered.ts";
import { toOneLine } from "../registry/text/one-line.ts";
import { type Content, textOf, toContents } from "./content.ts";

/**
 * How to convert instructions (the roles system and developer), for which MCP has no role:
 *
 * - `fold`: prepend them to the user message that follows
 * - `label`: make them a user message that starts with the line `[system]`
 * - `assistant`: make them an assistant message
 */
export const systemRoles = ["fold", "label", "assistant"] as const;
export type SystemRole = (typeof systemRoles)[number];

/** How to convert a rendered prompt to MCP messages. */
export interface Rendering {
  readonly systemRole: SystemRole;
  /** Puts all turns into one user message, for hosts that pass only the first message to the model. */
  readonly singleMessage: boolean;
}

export const plainRendering: Rendering = { systemRole: "fold", singleMessage: false };

/**
 * Converts a rendered prompt to MCP messages. MCP has only the roles user and assistant, and one
 * content per message. A message with several parts becomes several messages of its role. A message
 * with another role becomes a user message that starts with the line `[role]`.
 */
export function toPromptMessages(
  rendered: Rendered,
  { systemRole, singleMessage }: Rendering = plainRendering,
): PromptMessage[] {
  if (rendered.kind === "text") return asMessages("user", [textOf(rendered.text)]);
  if (singleMessage) return [toSingleMessage(rendered.messages, systemRole)];
  if (systemRole === "fold") return foldInstructions(rendered.messages);
  return rendered.messages.flatMap((message) =>
    isInstruction(message) && systemRole === "assistant"
      ? asMessages("assistant", toContents(message.content))
      : toTurn(message),
  );
}

/** Prepends instructions to the next user message. Without one, they become a user message. */
function foldInstructions(all: readonly RenderedMessage[]): PromptMessage[] {
  const messages: PromptMessage[] = [];
  let instructions: Content[] = [];
  for (const message of all) {
    if (isInstruction(message)) {
      instructions = concatenate(instructions, toContents(message.content), "\n\n");
      continue;
    }
    if (message.role === "user") {
      const contents = concatenate(instructions, toContents(message.content), "\n\n");
      messages.push(...asMessages("user", contents));
    } else {
      messages.push(...asMessages("user", instructions), ...toTurn(message));
    }
    instructions = [];
  }
  return [...messages, ...asMessages("user", instructions)];
}

/**
 * Joins all turns in one text. The hosts that need this accept only text, so a placeholder replaces
 * each image and audio. Each turn starts with its role, except when there is only one user message
 * and its instructions are folded.
 */
function toSingleMessage(
  messages: readonly RenderedMessage[],
  systemRole: SystemRole,
): PromptMessage {
  const turns = messages.filter((message) => !isInstruction(message));
  const isLoneUser = turns.length <= 1 && turns.every(({ role }) => role === "user");
  const needsNoLabels = isLoneUser && (systemRole === "fold" || turns.length === messages.length);
  const texts = messages.map((message) => {
    const text = joinTexts(toContents(message.content).map(asText), "\n\n");
    return needsNoLabels ? text : joinTexts([label(message), text], "\n");
  });
  return { role: "user", content: textOf(joinTexts(texts, "\n\n")) };
}

/** Adds a label for a role that MCP does not have. */
function toTurn(message: RenderedMessage): PromptMessage[] {
  const contents = toContents(message.content);
  const { role } = message;
  if (role === "user" || role === "assistant") return asMessages(role, contents);
  return asMessages("user", concatenate([textOf(label(message))], contents, "\n"));
}

function isInstruction({ role }: RenderedMessage): boolean {
  return role === "system" || role === "developer";
}

function label({ role }: RenderedMessage): string {
  return `[${toOneLine(role)}]`;
}

function asMessages(role: PromptMessage["role"], contents: readonly Content[]): PromptMessage[] {
  return contents.map((content) => ({ role, content }));
}

function asText(content: Content): string {
  if (content.type === "text") return content.text;
  if (content.type !== "resource") return `[${content.type} omitted]`;
  const { resource } = content;
  return "text" in resource ? resource.text : `[${resource.mimeType} omitted]`;
}

/** Concatenates contents, and merges two adjacent texts into one. */
function concatenate(
  before: readonly Content[],
  after: readonly Content[],
  between: string,
): Content[] {
  const last = before.at(-1);
  const first = after[0];
  if (last?.type !== "text" || first?.type !== "text") return [...before, ...after];
  // `join` would copy the text each time, which is slow for many messages.
  const text =
    last.text === "" || first.text === ""
      ? last.text + first.text
      : last.text + between + first.text;
  return [...before.slice(0, -1), textOf(text), ...after.slice(1)];
}

function joinTexts(texts: readonly string[], between: string): string {
  return texts.filter((text) => text !== "").join(between);
}
