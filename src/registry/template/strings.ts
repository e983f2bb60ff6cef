import type { JsonValue } from "../json.ts";
import type { ContentPart, Template } from "../types.ts";

/** Every string that rendering may change: the text, or the contents of the messages. */
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

/** A content part with every string inside it replaced; its keys and other values are kept. */
export function mapPart(part: ContentPart, change: (text: string) => string): ContentPart {
  return { ...mapMembers(part, change), type: part.type };
}

function mapMembers(members: object, change: (text: string) => string): Record<string, unknown> {
  // fromEntries defines properties, so that a key "__proto__" stays a key.
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

/** How a value reads in a text: a string as it is, anything else in JSON's spelling. */
export function spelled(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
