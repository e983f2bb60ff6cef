import { LosslessNumber, parse } from "lossless-json";
import * as z from "zod";

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

/**
 * JSON as Python's `json.dumps` spells it by default: a space after every comma and colon, and
 * everything outside ASCII escaped. What is stored is then what MLflow's own client would store,
 * and MLflow's count of a chat prompt's variables, taken over this spelling, is the same here.
 */
export function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(", ")}]`;
  if (value instanceof LosslessNumber) return value.value;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => `${pythonJson(key)}: ${pythonJson(member)}`);
    return `{${members.join(", ")}}`;
  }
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** JSON in which the order of members makes no difference. */
export function canonical(value: JsonValue): string {
  return pythonJson(sorted(value));
}

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null || value instanceof LosslessNumber) return value;
  const names = Object.keys(value).sort();
  return Object.fromEntries(names.map((name) => [name, sorted(value[name] ?? null)]));
}

/**
 * Parses JSON. A number that JavaScript would spell differently keeps its spelling, as a
 * LosslessNumber: `1.0`, `1e3`, `1234567890123456789`.
 * @throws SyntaxError
 */
export function parseJson(text: string): JsonValue {
  return jsonValue.parse(parse(text, undefined, parseNumber));
}

function parseNumber(text: string): number | LosslessNumber {
  const number = Number(text);
  return String(number) === text ? number : new LosslessNumber(text);
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
