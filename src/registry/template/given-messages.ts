import * as z from "zod";
import { isJsonObject, type JsonValue, jsonOrUndefined } from "../json.ts";
import { placeholderName } from "../placeholder-name.ts";
import { type ChatMessage, chatMessage, type Template } from "../types.ts";
import type { TemplateParameter } from "./parameters.ts";

/** What a placeholder takes, for people. */
export const messagesForm =
  'chat messages: a JSON list such as [{"role": "user", "content": "Hello"}], or a text for one message';

/** The messages that a value stands for, or what is wrong with it, as the end of a sentence. */
export type GivenMessages =
  | { readonly messages: readonly ChatMessage[] }
  | { readonly mismatch: string };

/**
 * Reads a value for a placeholder: messages, one message, or a text for one user message. A text that
 * is a JSON list or object is read as such. Nothing and a blank text stand for no messages.
 */
export function readMessages(value: JsonValue | undefined): GivenMessages {
  if (value === undefined || value === null) return { messages: [] };
  if (typeof value === "string") return readText(value);
  const list = Array.isArray(value) ? value : [value];
  const read = z.array(chatMessage).safeParse(list);
  if (read.success) return { messages: read.data };
  const [issue] = read.error.issues;
  const [index = 0, ...path] = (issue?.path ?? []).map(String);
  const where = path.length === 0 ? "" : ` (${path.join(".")})`;
  return { mismatch: `it must be ${messagesForm}. Item ${index} is no message${where}` };
}

function readText(text: string): GivenMessages {
  if (text.trim() === "") return { messages: [] };
  const json = /^\s*[[{]/.test(text) ? jsonOrUndefined(text) : undefined;
  if (json !== undefined && (Array.isArray(json) || isJsonObject(json))) return readMessages(json);
  if (!/^\s*\[\s*\{\s*"/.test(text)) return { messages: [{ role: "user", content: text }] };
  return {
    mismatch: `it must be ${messagesForm}. It begins like a JSON list, but is no valid JSON`,
  };
}

/** The names of the placeholders of a template, in order of first appearance. */
export function placeholdersIn(template: Template): readonly string[] {
  if (template.kind !== "chat") return [];
  return [...new Set(template.messages.flatMap((entry) => placeholderName(entry) ?? []))];
}

/** Adds the placeholders to the parameters of a template. A variable of the same name stays as it is. */
export function withPlaceholders(
  template: Template,
  parameters: readonly TemplateParameter[],
): readonly TemplateParameter[] {
  const placeholders = placeholdersIn(template);
  if (placeholders.length === 0) return parameters;
  const known = new Set(parameters.map(({ name }) => name));
  const added = placeholders.filter((name) => !known.has(name));
  return [
    ...parameters,
    ...added.map((name) => ({ name, required: false, type: "messages" as const })),
  ];
}
