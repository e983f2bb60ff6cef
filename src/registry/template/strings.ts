import { LosslessNumber } from "lossless-json";
import { type JsonValue, stringifyJson } from "../json.ts";
import { placeholderName } from "../placeholder-name.ts";
import type { ChatMessage, ContentPart, Template, TemplateMessage } from "../types.ts";
import { hasOnlyText } from "./empty-messages.ts";
import { literalsIn, mapLiterals } from "./json-text.ts";

type Change = (text: string) => string;

/** Returns every string that rendering can change: the text, or all of each message but its role. */
export function stringsOf(template: Template): readonly string[] {
  if (template.kind === "text") return [template.text];
  if (template.kind === "unreadable") return [];
  return messagesIn(template.messages).flatMap(({ role: _, ...rest }) => stringsIn(rest));
}

/** Returns the text, or the strings in the messages' contents, by which the syntax is detected. */
export function contentStringsOf(template: Template): readonly string[] {
  if (template.kind === "text") return [template.text];
  if (template.kind === "unreadable") return [];
  return messagesIn(template.messages).flatMap(({ content }) => stringsIn(content));
}

/** The entries that are messages, without placeholders: these have no text. */
export function messagesIn(entries: readonly TemplateMessage[]): readonly TemplateMessage[] {
  return entries.filter((entry) => placeholderName(entry) === undefined);
}

/** Returns every string in a value that rendering can change. */
export function stringsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (!isContainer(value)) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    isJsonText(key, member) ? literalsIn(member) : stringsIn(member),
  );
}

/** Replaces every string in a message, and keeps its keys, its role and all other values. */
export function mapMessage(message: TemplateMessage, change: Change): ChatMessage {
  if (hasOnlyText(message)) return withText(message, change);
  const { role = "", content, ...others } = message;
  return {
    role,
    ...(content === undefined ? {} : { content: mapContent(content, change) }),
    ...mapMembers(others, change),
  };
}

function withText({ role = "", content }: TemplateMessage, change: Change): ChatMessage {
  return { role, content: mapContent(content, change) };
}

function mapContent(content: ChatMessage["content"], change: Change): ChatMessage["content"] {
  if (typeof content === "string") return change(content);
  return content?.map((part) => mapPart(part, change)) ?? null;
}

/** Replaces every string in a content part, and keeps its keys, its type and all other values. */
function mapPart({ type, ...others }: ContentPart, change: Change): ContentPart {
  return { ...(type === undefined ? {} : { type }), ...mapMembers(others, change) };
}

function mapMembers(members: object, change: Change): Record<string, unknown> {
  // fromEntries defines properties, so a key "__proto__" stays a key.
  return Object.fromEntries(
    Object.entries(members).map(([key, member]) => [
      key,
      isJsonText(key, member) ? mapLiterals(member, change) : mapStrings(member, change),
    ]),
  );
}

function mapStrings(value: unknown, change: Change): unknown {
  if (typeof value === "string") return change(value);
  if (!isContainer(value)) return value;
  if (Array.isArray(value)) return value.map((item: unknown) => mapStrings(item, change));
  return mapMembers(value, change);
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null && !(value instanceof LosslessNumber);
}

/** The arguments of a tool call are a text of JSON. */
function isJsonText(key: string, member: unknown): member is string {
  return key === "arguments" && typeof member === "string";
}

/** Formats a value for insertion in a text: a string unchanged, anything else as JSON. */
export function formatValue(value: JsonValue): string {
  return typeof value === "string" ? value : stringifyJson(value);
}
