import { LosslessNumber } from "lossless-json";
import { quote, shorten } from "../errors.ts";
import { isJsonObject, type JsonValue, jsonOrUndefined, jsonValue } from "../json.ts";
import { messagesForm, readMessages } from "../template/given-messages.ts";
import type { ArgumentType } from "../template/parameters.ts";
import { formatValue } from "../template/strings.ts";
import {
  type ArgumentSchema,
  describeTypes,
  isOfType,
  schemaMismatch,
  typesOf,
} from "./json-schema.ts";

/** The types that the tag `mcp.arguments` can name. */
export const declarableTypes = ["string", "boolean", "number", "array", "object"] as const;

export type ValueType = ArgumentType | ArgumentSchema;

/** The parts of an argument that decide how a value given for it is read. */
export interface TypedArgument {
  /** Any value is accepted as it is when absent. */
  readonly type?: ValueType;
  /** The type comes from the template. Values that are not texts stay as they are. */
  readonly isInferred?: boolean;
}

/** The value that a given one stands for. */
export type ReadValue =
  | { readonly value: JsonValue }
  /** An empty text for a value that is no text: hosts send one for what a person did not fill in. */
  | { readonly isEmpty: true }
  /** What the value must be, as the end of a sentence about it: `it must be a number`. */
  | { readonly mismatch: string };

/** Reads a value by the type of its argument. Texts are read as JSON; flags also as `yes` or `off`. */
export function readValue({ type, isInferred }: TypedArgument, given: JsonValue): ReadValue {
  if (type === undefined) return { value: given };
  if (typeof given === "string" && isPlaceholder(given))
    return readPlaceholder(type, given, isInferred);
  if (type === "messages") return readGivenMessages(given);
  if (isInferred) return readInferred(type, given);
  if (typeof type !== "string") return readBySchema(type, given);
  if (typeof given !== "string") return checked(type, given);
  if (type === "string") return { value: given };
  return given.trim() === "" ? { isEmpty: true } : checked(type, readText(type, given));
}

/** Some hosts request a prompt with `$1` or `$ARGUMENTS`, and insert the values afterwards. */
export function isPlaceholder(value: string): boolean {
  return /^\$(?:\d+|ARGUMENTS)$/.test(value);
}

/**
 * Where a list is needed, the text that stands for a value is its only item: a loop over the text itself
 * would take it apart. A template that calculates with it, or reads its members, cannot use it.
 */
function readPlaceholder(type: ValueType, given: string, isInferred = false): ReadValue {
  const types = typeof type === "string" ? [type] : typesOf(type);
  if (types.every((one) => one === "array")) return { value: [given] };
  const isUnusable = isInferred && (type === "number" || type === "object");
  return isUnusable ? checked(type, undefined) : { value: given };
}

/** What fits a type, for people: `true or false`. Undefined for a type that any text fits. */
export function describeType(type: ValueType): string | undefined {
  return typeof type === "string" ? nouns[type] : describeTypes(type);
}

const nouns: Readonly<Record<ArgumentType, string | undefined>> = {
  string: undefined,
  boolean: "true or false",
  number: "a number",
  array: 'a JSON list, such as ["a", "b"]',
  object: 'a JSON object, such as {"name": "Ada"}',
  section: "true or false, a JSON list or a JSON object",
  items: "a text or a JSON list",
  messages: messagesForm,
};

/**
 * A template reads a flag or a section of any text as true. Other types are needed as they are. An empty
 * text is false, has no items and no members, but cannot be compared with a number.
 */
function readInferred(type: ValueType, given: JsonValue): ReadValue {
  if (typeof type !== "string" || typeof given !== "string") return { value: given };
  if (given.trim() === "") {
    if (type === "number") return { isEmpty: true };
    return { value: type === "array" || type === "object" ? "" : given };
  }
  const value = readText(type, given);
  if (type === "boolean" || type === "section" || type === "items") {
    return { value: value ?? given };
  }
  return checked(type, value);
}

/** A blank text stands for no messages. */
function readGivenMessages(given: JsonValue): ReadValue {
  if (typeof given === "string" && given.trim() === "") return { isEmpty: true };
  const read = readMessages(given);
  return "mismatch" in read ? read : { value: jsonValue.parse(read.messages) };
}

function readBySchema(schema: ArgumentSchema, given: JsonValue): ReadValue {
  const value = typeof given === "string" ? readTextBySchema(schema, given) : given;
  if (value === undefined && typeof given === "string" && given.trim() === "") {
    return { isEmpty: true };
  }
  const mismatch =
    value === undefined
      ? `must be ${describeTypes(schema)}, as JSON`
      : schemaMismatch(schema, value);
  if (mismatch === undefined) return { value: value ?? null };
  return { mismatch: `${mismatch.startsWith("must") ? "it" : "its"} ${mismatch}` };
}

/** A text stays a text where the schema accepts one. */
function readTextBySchema(schema: ArgumentSchema, text: string): JsonValue | undefined {
  const types = typesOf(schema);
  if (types.includes("string")) return text;
  const flag = types.includes("boolean") ? readFlag(text) : undefined;
  const json = readJson(text);
  return json !== undefined && types.some((type) => isOfType(type, json)) ? json : (flag ?? json);
}

function checked(type: ArgumentType, value: JsonValue | undefined): ReadValue {
  if (value !== undefined && isOfPlainType(type, value)) return { value };
  return { mismatch: `it must be ${nouns[type] ?? "a text"}` };
}

function isOfPlainType(type: ArgumentType, value: JsonValue): boolean {
  switch (type) {
    case "boolean":
      return typeof value === "boolean";
    case "number":
      return typeof value === "number" || value instanceof LosslessNumber;
    case "array":
      return Array.isArray(value);
    case "object":
      return isJsonObject(value);
    default:
      return typeof value === "string";
  }
}

/** Returns undefined for a text that does not read as the type. */
function readText(type: ArgumentType, text: string): JsonValue | undefined {
  switch (type) {
    case "boolean":
      return readFlag(text);
    case "section":
      return readFlag(text) === false ? false : readContainer(text);
    case "items":
      return readContainer(text);
    case "number":
    case "array":
    case "object":
      return readJson(text);
    default:
      return text;
  }
}

const flags: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["yes", true],
  ["on", true],
  ["1", true],
  ["false", false],
  ["no", false],
  ["off", false],
  ["0", false],
]);

function readFlag(text: string): boolean | undefined {
  return text.length > 20 ? undefined : flags.get(text.trim().toLowerCase());
}

function readContainer(text: string): JsonValue | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  const value = readJson(text);
  return Array.isArray(value) || (value !== undefined && isJsonObject(value)) ? value : undefined;
}

/** Returns undefined for a text that is not JSON, or is nested too deeply to be read. */
function readJson(text: string): JsonValue | undefined {
  const value = jsonOrUndefined(text);
  return value !== undefined && isFlat(value) ? value : undefined;
}

/** Deeper values would overflow the stack of what fills them in. */
const maxDepth = 500;

function isFlat(value: JsonValue): boolean {
  let level = [value];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) return false;
    level = level.flatMap((one) => {
      if (Array.isArray(one)) return one;
      return isJsonObject(one) ? Object.values(one) : [];
    });
  }
  return true;
}

/** A value as an error message shows it. */
export function showValue(value: JsonValue): string {
  return typeof value === "string" ? quote(value) : shorten(formatValue(value));
}
