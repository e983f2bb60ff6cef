import type { PromptMessage } from "@modelcontextprotocol/server";
import { isEmptyMessage } from "../registry/template/empty-messages.ts";
import type { Rendered } from "../registry/template/rendered.ts";
import { meaningOf } from "../registry/template/roles.ts";
import type { ChatMessage } from "../registry/types.ts";
import { asText, type Content, concatenate, isBlank, textOf } from "./content.ts";
import { messageLabel } from "./labels.ts";
import { messageContents } from "./message-contents.ts";

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
 * with another role becomes a user message that starts with the line `[role]`, and a message with a
 * name starts with the line `[role name]`.
 *
 * What is empty is left out, because model APIs refuse it. The result has no messages if all are.
 * @param typed what the person typed behind the command: the last user message
 */
export function toPromptMessages(
  rendered: Rendered,
  { systemRole, singleMessage }: Rendering = plainRendering,
  typed?: string,
): PromptMessage[] {
  const prompt =
    rendered.kind === "text" ? [{ role: "user", content: rendered.text }] : rendered.messages;
  const kept = prompt.filter((message) => !isEmptyMessage(message));
  const last = typed === undefined ? [] : [{ role: "user", content: typed }];
  if (singleMessage) return asMessages("user", [toSingleText(kept, last, systemRole)]);
  const messages = last.length === 0 ? kept : [...kept, ...last];
  if (systemRole === "fold") return foldInstructions(messages);
  return messages.flatMap((message) =>
    isInstruction(message) && systemRole === "assistant"
      ? asMessages("assistant", ownContents(message))
      : toTurn(message),
  );
}

/** Prepends instructions to the next user message. Without one, they become a user message. */
function foldInstructions(all: readonly ChatMessage[]): PromptMessage[] {
  const messages: PromptMessage[] = [];
  let instructions: readonly Content[] = [];
  for (const message of all) {
    if (isInstruction(message)) {
      instructions = concatenate(instructions, ownContents(message), "\n\n");
      continue;
    }
    if (meaningOf(message.role) === "user") {
      const contents = concatenate(instructions, ownContents(message), "\n\n");
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
 * @param last what follows the prompt
 */
function toSingleText(
  prompt: readonly ChatMessage[],
  last: readonly ChatMessage[],
  systemRole: SystemRole,
): Content {
  const turns = prompt.filter((message) => !isInstruction(message));
  const isLoneUser = turns.length <= 1 && turns.every(({ role }) => meaningOf(role) === "user");
  const needsNoLabels = isLoneUser && (systemRole === "fold" || turns.length === prompt.length);
  const texts = [...prompt, ...last].map((message) => {
    const text = joinTexts(messageContents(message).map(asText), "\n\n");
    return needsNoLabels && !isNamed(message)
      ? text
      : joinTexts([messageLabel(message), text], "\n");
  });
  return textOf(joinTexts(texts, "\n\n"));
}

/** Adds a label for a role that MCP does not have. */
function toTurn(message: ChatMessage): PromptMessage[] {
  const meaning = meaningOf(message.role);
  return meaning === "user" || meaning === "assistant"
    ? asMessages(meaning, ownContents(message))
    : asMessages("user", withLabel(message));
}

/** The contents of a message whose role MCP has. MCP has no form for a name. */
function ownContents(message: ChatMessage): readonly Content[] {
  return isNamed(message) ? withLabel(message) : messageContents(message);
}

function isNamed({ name }: ChatMessage): boolean {
  return typeof name === "string" && name !== "";
}

function withLabel(message: ChatMessage): readonly Content[] {
  return concatenate([textOf(messageLabel(message))], messageContents(message), "\n");
}

function isInstruction({ role }: ChatMessage): boolean {
  return meaningOf(role) === "system";
}

function asMessages(role: PromptMessage["role"], contents: readonly Content[]): PromptMessage[] {
  return contents.filter((one) => !isBlank(one)).map((content) => ({ role, content }));
}

function joinTexts(texts: readonly string[], between: string): string {
  return texts.filter((text) => text !== "").join(between);
}
