import type { ChatMessage, ContentPart, TemplateMessage } from "../types.ts";
import { isToolRole } from "./roles.ts";

/** Keys that say something about a message and are none of what it says. */
const bookkeeping = new Set([
  "role",
  "content",
  "name",
  "type",
  "id",
  "cache_control",
  "metadata",
  "response_metadata",
  "usage_metadata",
]);

const nothing: readonly (readonly [string, unknown])[] = [];

/** Whether a message has a role and a content alone, as most have. Copying its other keys takes time. */
export function hasOnlyText(message: TemplateMessage): boolean {
  return typeof message.content === "string" && Object.keys(message).length === 2;
}

/** What a message says besides its content: tool calls, a refusal, or what else an application has. */
export function furtherContent(message: ChatMessage): readonly (readonly [string, unknown])[] {
  if (hasOnlyText(message)) return nothing;
  return Object.entries(message).filter(([key, value]) => !bookkeeping.has(key) && says(value));
}

/**
 * Whether nothing is left to say: model APIs refuse such a message. A tool's result is never empty,
 * because its call needs one.
 */
export function isEmptyMessage(message: ChatMessage): boolean {
  return (
    !hasContent(message.content) &&
    !isToolRole(message.role) &&
    furtherContent(message).length === 0
  );
}

/** Whether a part is a text that is blank: model APIs refuse it, too. */
export function isEmptyPart({ type, text }: ContentPart): boolean {
  return (type === "text" || type === undefined) && typeof text === "string" && text.trim() === "";
}

/** The message without empty parts. */
export function withoutEmptyParts(message: ChatMessage): ChatMessage {
  const { content } = message;
  if (!Array.isArray(content) || !content.some(isEmptyPart)) return message;
  return { ...message, content: content.filter((part) => !isEmptyPart(part)) };
}

function hasContent(content: ChatMessage["content"]): boolean {
  if (typeof content === "string") return /\S/.test(content);
  return content?.some((part) => !isEmptyPart(part)) ?? false;
}

function says(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== "" && value !== false;
}
