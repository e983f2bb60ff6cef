import { randomUUID } from "node:crypto";
import { LosslessNumber, stringify } from "lossless-json";
import * as z from "zod";
import { decimalOf, markNumbers, plainNumber } from "./exact-numbers.ts";
import { readJson } from "./read-json.ts";

/** Any JSON value. */
export type JsonValue =
  | string
  | number
  | LosslessNumber
  | boolean
  | null
  | JsonValue[]
  | { [key: string]: JsonValue };

/** A JSON object. */
export type JsonObject = { [key: string]: JsonValue };

/**
 * Any JSON value, unchanged. Zod's `json()` makes a copy without keys named "__proto__", and overflows
 * the stack on deeply nested values.
 */
export const jsonValue = z.custom<JsonValue>(isJson, "is not a JSON value");

/** A JSON object, unchanged. */
export const jsonObject = z.custom<JsonObject>(
  (value) => isObject(value) && isJson(value),
  "must be an object",
);

/** The value schema of each `record`, by the schema of its input, for generating a JSON schema. */
export const recordValues = new WeakMap<object, z.ZodType>();

/**
 * An object with any keys. `z.record` silently drops the key "__proto__". `Object.fromEntries` keeps
 * it like any other key.
 */
export function record<Value extends z.ZodType>(value: Value) {
  const params = { expected: "object" };
  const object = z.custom<object>(isObject, { error: "must be an object", params });
  recordValues.set(object, value);
  return object
    .transform((given) => new Map(Object.entries(given)))
    .pipe(z.map(z.string(), value))
    .transform((members): Record<string, z.output<Value>> => Object.fromEntries(members));
}

/** Not `Number(value)`, which throws for what JavaScript has no number for: here it is infinite or 0. */
export function numberOf(value: number | LosslessNumber): number {
  return value instanceof LosslessNumber ? Number(value.value) : value;
}

/** A number that the schema accepts, with its spelling: `1.0` stays `1.0`. */
export function asSpelled(schema: z.ZodType<number>) {
  return z.transform((given: unknown, context): number | LosslessNumber => {
    const checked = schema.safeParse(given instanceof LosslessNumber ? numberOf(given) : given);
    if (checked.success) return given instanceof LosslessNumber ? given : checked.data;
    // Zod has no type for an issue of one schema as that of another.
    context.issues.push(...(checked.error.issues as z.core.$ZodRawIssue[]));
    return z.NEVER;
  });
}

/**
 * JSON as it is stored: with the spaces of Python's `json.dumps`, and with characters outside ASCII as
 * they are. MLflow's own client escapes those, so each takes 6 or 12 of the characters that a tag holds.
 */
export function storedJson(value: unknown): string {
  return spacedJson(value, JSON.stringify);
}

/**
 * JSON as Python's `json.dumps` spells it by default: a space after every comma and colon, and
 * everything outside ASCII escaped. MLflow's count of a chat prompt's variables is taken over this
 * spelling.
 */
export function pythonJson(value: unknown): string {
  return spacedJson(value, asciiJson);
}

function spacedJson(value: unknown, spell: (scalar: unknown) => string): string {
  if (Array.isArray(value)) return `[${value.map((one) => spacedJson(one, spell)).join(", ")}]`;
  if (value instanceof LosslessNumber) return value.value;
  if (typeof value !== "object" || value === null) return spell(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .map(([key, member]) => `${spell(key)}: ${spacedJson(member, spell)}`);
  return `{${members.join(", ")}}`;
}

function asciiJson(scalar: unknown): string {
  return JSON.stringify(scalar).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** JSON in which the order of members makes no difference. Numbers have their spelling. */
export function canonical(value: JsonValue): string {
  return pythonJson(sorted(value));
}

/** The same, in which the spelling of a number makes no difference either: 1 is 1.0. */
export function canonicalValue(value: JsonValue): string {
  return pythonJson(sorted(value, (number) => new LosslessNumber(decimalOf(String(number)))));
}

type Spell = (number: number | LosslessNumber) => JsonValue;

function sorted(value: JsonValue, spell: Spell = (number) => number): JsonValue {
  if (Array.isArray(value)) return value.map((one) => sorted(one, spell));
  if (typeof value === "number" || value instanceof LosslessNumber) return spell(value);
  if (!isJsonObject(value)) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name] ?? null, spell)]));
}

/**
 * Parses JSON. A number that JavaScript would spell differently keeps its spelling, as a
 * LosslessNumber: `1.0`, `1e3`, `1234567890123456789`.
 * @throws SyntaxError
 */
export function parseJson(text: string): JsonValue {
  return withSpellings(text, readJson(text));
}

/** As `parseJson`; undefined for a text that is not JSON. */
export function jsonOrUndefined(text: string): JsonValue | undefined {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}

/** The same with JavaScript's own numbers, for a schema that checks them. */
export function plainJsonOrUndefined(text: string): unknown {
  try {
    return readJson(text);
  } catch {
    return undefined;
  }
}

/** Compact JSON, with every number as it was spelled. Members that are undefined are left out. */
export function stringifyJson(value: unknown, indent?: number): string {
  return stringify(value, undefined, indent) ?? "null";
}

/**
 * A copy for programs that know JavaScript's numbers only. A number that is none of them becomes a
 * string of its digits, so that it is not silently another number.
 */
export function withPlainNumbers(members: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).map(([key, member]) => [key, withPlainNumber(member)]),
  );
}

function withPlainNumber(value: unknown): unknown {
  if (value instanceof LosslessNumber) return plainNumber(value.value);
  if (Array.isArray(value)) return value.map(withPlainNumber);
  return typeof value === "object" && value !== null ? withPlainNumbers(value) : value;
}

export function isJsonObject(value: JsonValue): value is JsonObject {
  return isObject(value);
}

function isJson(value: unknown): boolean {
  let level = [value];
  while (level.length > 0) {
    const containers = level.filter((one) => !isScalar(one));
    if (!containers.every((one) => Array.isArray(one) || isObject(one))) return false;
    level = containers.flatMap((one) => (Array.isArray(one) ? one : Object.values(one ?? {})));
  }
  return true;
}

function isScalar(value: unknown): boolean {
  if (value instanceof LosslessNumber) return true;
  if (typeof value === "number") return Number.isFinite(value);
  return value === null || typeof value === "string" || typeof value === "boolean";
}

function isObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * Puts a LosslessNumber in the place of every number that JavaScript would spell differently. Takes
 * linear time.
 * @param text valid JSON
 * @param value the text's value by `readJson`; returned where it has no such number
 */
function withSpellings(text: string, value: JsonValue): JsonValue {
  // `readJson` reads a text of any depth, and does not give a number's spelling (before Node 21). So
  // each of the numbers becomes a string with a mark that nobody who writes JSON can know.
  const mark = randomUUID();
  const marked = markNumbers(text, mark);
  if (marked === undefined) return value;
  const root: JsonValue[] = [readJson(marked)];
  replaceMarked(root, mark);
  return root[0] ?? value;
}

/** Not by recursion: a value may be nested deeper than the stack. */
function replaceMarked(root: JsonValue[], mark: string): void {
  const open: (JsonValue[] | JsonObject)[] = [root];
  const read = (member: JsonValue | undefined): LosslessNumber | undefined => {
    if (typeof member === "string") {
      return member.startsWith(mark) ? new LosslessNumber(member.slice(mark.length)) : undefined;
    }
    if (Array.isArray(member) || (member !== undefined && isJsonObject(member))) open.push(member);
    return undefined;
  };
  for (let container = open.pop(); container !== undefined; container = open.pop()) {
    if (Array.isArray(container)) readItems(container, read);
    else readMembers(container, read);
  }
}

type Read = (member: JsonValue | undefined) => LosslessNumber | undefined;

function readItems(list: JsonValue[], read: Read): void {
  for (let index = 0; index < list.length; index += 1) {
    const number = read(list[index]);
    if (number) list[index] = number;
  }
}

function readMembers(object: JsonObject, read: Read): void {
  for (const [key, member] of Object.entries(object)) {
    const value = read(member);
    // An assignment to "__proto__" would set the prototype.
    if (value) Object.defineProperty(object, key, { value });
  }
}
