import { type JsonValue, stringifyJson } from "../json.ts";
import type { ContentPart, Template } from "../types.ts";

/** Returns every string that rendering can change: the text, or the contents of the messages. */
export function stringsOf(template: Template): readonly string[] {
  if (template.kind === "text") return [template.text];
  if (template.kind === "unreadable") return [];
  return template.messages.flatMap(({ content }) => stringsIn(content));
}

function stringsIn(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(stringsIn);
}

/** Replaces every string in a content part, and keeps its keys, its type and all other values. */
export function mapPart(part: ContentPart, change: (text: string) => string): ContentPart {
  return { ...mapMembers(part, change), type: part.type };
}

function mapMembers(members: object, change: (text: string) => string): Record<string, unknown> {
  // fromEntries defines properties, so a key "__proto__" stays a key.
  return Object.fromEntries(
    Object.entries(members).map(([key, member]) => [key, mapStrings(member, change)]),
  );
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item: unknown) => mapStrings(item, change));
  if (typeof value !== "object" || value === null) return value;
  return mapMembers(value, change);
}

/** Formats a value for insertion in a text: a string unchanged, anything else as JSON. */
export function formatValue(value: JsonValue): string {
  return typeof value === "string" ? value : stringifyJson(value);
}
