import { canonicalValue, type JsonValue, parseJson, stringifyJson } from "../registry/json.ts";
import type { PromptContent } from "./prompt-file.ts";

/** What a file can hold besides the template. */
export const details = [
  "description",
  "arguments",
  "modelConfig",
  "responseFormat",
  "tags",
] as const;
export type Detail = (typeof details)[number];

/** Whether two values are the same JSON. 1 is 1.0, and nothing is an absent value. */
export function isSameJson(one: unknown, other: unknown): boolean {
  return canonicalValue(plainJson(one)) === canonicalValue(plainJson(other));
}

/** A value as JSON, without members that are undefined. */
export function plainJson(value: unknown): JsonValue {
  return parseJson(stringifyJson(value ?? null));
}

/** What differs. An empty description, and no tags or arguments at all, are the same as none. */
export function differences(
  one: PromptContent,
  other: PromptContent,
): readonly (Detail | "template")[] {
  const changed = details.filter((detail) => !isSameJson(held(one, detail), held(other, detail)));
  return isSameJson(one.template, other.template) ? changed : ["template", ...changed];
}

function held(content: PromptContent, detail: Detail): unknown {
  const value = content[detail];
  const isEmpty =
    value === "" ||
    (value && detail !== "modelConfig" && detail !== "responseFormat"
      ? Object.keys(value).length === 0
      : false);
  return isEmpty ? undefined : value;
}
