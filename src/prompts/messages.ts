import type { PromptMessage } from "@modelcontextprotocol/server";
import type { Rendered, RenderedMessage } from "../registry/template/rendered.ts";
import { oneLine } from "../registry/text/one-line.ts";
import { type Content, textOf, toContents } from "./content.ts";

/**
 * What becomes of instructions (the roles system and developer), which MCP has no role for:
 *
 * - `fold`: they are put before the user message that follows them
 * - `label`: they are a user message of their own, which starts with the line `[system]`
 * - `assistant`: they are an assistant message
 */
export const systemRoles = ["fold", "label", "assistant"] as const;
export type SystemRole = (typeof systemRoles)[number];

/** How a prompt becomes messages. */
export interface Rendering {
  readonly systemRole: SystemRole;
  /** All turns in one user message, for hosts that pass the model no more than the first. */
  readonly singleMessage: boolean;
}

export const plainRendering: Rendering = { systemRole: "fold", singleMessage: false };

/**
 * A rendered prompt as MCP messages. MCP knows the roles user and assistant only, and one content
 * a message: a message of several parts becomes several of its role, and one of a role that MCP
 * does not know a user message that starts with the line `[role]`.
 */
export function toPromptMessages(
  rendered: Rendered,
  { systemRole, singleMessage }: Rendering = plainRendering,
): PromptMessage[] {
  if (rendered.kind === "text") return asMessages("user", [textOf(rendered.text)]);
  if (singleMessage) return [inOneMessage(rendered.messages, systemRole)];
  if (systemRole === "fold") return folded(rendered.messages);
  return rendered.messages.flatMap((message) =>
    isInstruction(message) && systemRole === "assistant"
      ? asMessages("assistant", toContents(message.content))
      : turn(message),
  );
}

/** Instructions go before the user message that follows; with none to follow they are one. */
function folded(all: readonly RenderedMessage[]): PromptMessage[] {
  const messages: PromptMessage[] = [];
  let instructions: Content[] = [];
  for (const message of all) {
    if (isInstruction(message)) {
      instructions = joined(instructions, toContents(message.content), "\n\n");
      continue;
    }
    if (message.role === "user") {
      const contents = joined(instructions, toContents(message.content), "\n\n");
      messages.push(...asMessages("user", contents));
    } else {
      messages.push(...asMessages("user", instructions), ...turn(message));
    }
    instructions = [];
  }
  return [...messages, ...asMessages("user", instructions)];
}

/**
 * One text, since an MCP message holds one content and the hosts this is for take nothing but
 * text: images and audio are named where they were. A lone user message with its instructions
 * needs no labels when these are folded; else every turn starts with its role.
 */
function inOneMessage(messages: readonly RenderedMessage[], systemRole: SystemRole): PromptMessage {
  const turns = messages.filter((message) => !isInstruction(message));
  const isLoneUser = turns.length <= 1 && turns.every(({ role }) => role === "user");
  const needsNoLabels = isLoneUser && (systemRole === "fold" || turns.length === messages.length);
  const texts = messages.map((message) => {
    const text = joinedTexts(toContents(message.content).map(asText), "\n\n");
    return needsNoLabels ? text : joinedTexts([label(message), text], "\n");
  });
  return { role: "user", content: textOf(joinedTexts(texts, "\n\n")) };
}

/** A message by itself, which names its role where MCP does not know it. */
function turn(message: RenderedMessage): PromptMessage[] {
  const contents = toContents(message.content);
  const { role } = message;
  if (role === "user" || role === "assistant") return asMessages(role, contents);
  return asMessages("user", joined([textOf(label(message))], contents, "\n"));
}

function isInstruction({ role }: RenderedMessage): boolean {
  return role === "system" || role === "developer";
}

function label({ role }: RenderedMessage): string {
  return `[${oneLine(role)}]`;
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

/** Puts one content after the other; two texts that meet become one. */
function joined(before: readonly Content[], after: readonly Content[], between: string): Content[] {
  const last = before.at(-1);
  const first = after[0];
  if (last?.type !== "text" || first?.type !== "text") return [...before, ...after];
  // Not `join`, which copies: the texts of many messages meet one after the other.
  const text =
    last.text === "" || first.text === ""
      ? last.text + first.text
      : last.text + between + first.text;
  return [...before.slice(0, -1), textOf(text), ...after.slice(1)];
}

function joinedTexts(texts: readonly string[], between: string): string {
  return texts.filter((text) => text !== "").join(between);
}
