import { LosslessNumber } from "lossless-json";
import * as z from "zod";
import { listFirst, quote, shorten } from "../errors.ts";
import {
  asSpelled,
  canonicalValue,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  jsonObject,
  numberOf,
  record,
  stringifyJson,
} from "../json.ts";
import { memoize } from "../template/memoize.ts";

const schemaTypes = ["string", "boolean", "number", "integer", "array", "object", "null"] as const;
export type SchemaType = (typeof schemaTypes)[number];

/** Levels of schemas within a schema. */
const maxDepth = 10;

const typeName = z.enum(schemaTypes);
const bound = asSpelled(z.number()).optional();
const count = asSpelled(z.int().min(0)).optional();
const scalar = z.union([
  z.string(),
  z.number(),
  z.instanceof(LosslessNumber),
  z.boolean(),
  z.null(),
]);

/** One level of a schema. No keyword needs more time than the value has characters. */
const level = z.strictObject({
  type: z.union([typeName, z.array(typeName).min(1)]),
  enum: z.array(scalar).min(1).optional(),
  const: scalar.optional(),
  items: jsonObject.optional(),
  properties: record(jsonObject).optional(),
  required: z.array(z.string()).optional(),
  additionalProperties: z.boolean().optional(),
  minimum: bound,
  maximum: bound,
  minItems: count,
  maxItems: count,
  minLength: count,
  maxLength: count,
  title: z.string().optional(),
  description: z.string().optional(),
});

/** A JSON Schema with the keywords that can be checked in linear time. */
export interface ArgumentSchema extends Omit<z.infer<typeof level>, "items" | "properties"> {
  readonly items?: ArgumentSchema;
  readonly properties?: Readonly<Record<string, ArgumentSchema>>;
}

/** Why a schema is not supported, without a period. */
class SchemaProblem extends Error {}

/** Reads a JSON Schema, or returns why it is not supported, without a period. */
export function readSchema(
  json: JsonObject,
): { readonly schema: ArgumentSchema } | { readonly problem: string } {
  try {
    return { schema: parseLevel(json, "", 1) };
  } catch (error) {
    if (error instanceof SchemaProblem) return { problem: error.message };
    throw error;
  }
}

function parseLevel(json: JsonObject, path: string, depth: number): ArgumentSchema {
  if (depth > maxDepth) throw new SchemaProblem(`it has more than ${maxDepth} levels`);
  const result = level.safeParse(json);
  if (!result.success) throw new SchemaProblem(describe(result.error.issues, path));
  const { items, properties, ...rest } = result.data;
  const members = Object.entries(properties ?? {}).map(
    ([name, schema]) =>
      [name, parseLevel(schema, `${path}properties.${name}.`, depth + 1)] as const,
  );
  return {
    ...rest,
    ...(items === undefined ? {} : { items: parseLevel(items, `${path}items.`, depth + 1) }),
    ...(properties === undefined ? {} : { properties: Object.fromEntries(members) }),
  };
}

function describe(issues: readonly z.core.$ZodIssue[], path: string): string {
  const problems = issues.map((issue) => {
    if (issue.code === "unrecognized_keys") {
      const keywords = Object.keys(level.shape).join(", ");
      return `${listFirst(issue.keys.map(quote), ", ", 5)} is not supported; the keywords are ${keywords}`;
    }
    return `${quote(`${path}${issue.path.map(String).join(".")}`)}: ${issue.message}`;
  });
  return listFirst(problems, "; ", 5);
}

/** Lists the types that a schema accepts. */
export function typesOf({ type }: ArgumentSchema): readonly SchemaType[] {
  return typeof type === "string" ? [type] : type;
}

/** What fits a schema, without its details: `a whole number or null`. */
export function describeTypes(schema: ArgumentSchema): string {
  return typesOf(schema)
    .map((type) => nouns[type])
    .join(" or ");
}

const nouns: Readonly<Record<SchemaType, string>> = {
  string: "a text",
  boolean: "true or false",
  number: "a number",
  integer: "a whole number",
  array: "a JSON list",
  object: "a JSON object",
  null: "null",
};

/**
 * Returns what a value must be to fit the schema, as the end of a sentence about the value: `must be a
 * number`, `"age" must be at least 1`. Undefined when it fits.
 */
export function schemaMismatch(
  schema: ArgumentSchema,
  value: JsonValue,
  path = "",
): string | undefined {
  const must = (what: string) => `${path === "" ? "" : `${quote(path)} `}must ${what}`;
  if (!typesOf(schema).some((type) => isOfType(type, value))) {
    return must(`be ${describeTypes(schema)}`);
  }
  const allowed = allowedIn(schema);
  if (allowed && (isContainer(value) || !allowed.has(canonicalValue(value)))) {
    const shown = [...allowed.values()].map((one) => shorten(stringifyJson(one)));
    return must(`be one of ${listFirst(shown, ", ", 20)}`);
  }
  if (isNumber(value)) return range(numberOf(value), schema.minimum, schema.maximum, must);
  if (typeof value === "string") {
    return size(lengthOf(value), schema.minLength, schema.maxLength, "characters", must);
  }
  if (Array.isArray(value)) return listMismatch(schema, value, path, must);
  return isJsonObject(value) ? objectMismatch(schema, value, path, must) : undefined;
}

/** By `canonicalValue`, because every item of a list is looked up. */
const allowedIn = memoize((schema: ArgumentSchema): ReadonlyMap<string, JsonValue> | undefined => {
  const { enum: allowed, const: only } = schema;
  if (allowed === undefined && only === undefined) return undefined;
  const all = (allowed ?? [only ?? null]).map((one) => [canonicalValue(one), one] as const);
  const one = only === undefined ? undefined : canonicalValue(only);
  return new Map(all.filter(([key]) => one === undefined || key === one));
});

function isContainer(value: JsonValue): boolean {
  return Array.isArray(value) || isJsonObject(value);
}

type Must = (what: string) => string;
type Bound = number | LosslessNumber | undefined;

function listMismatch(
  { items, minItems, maxItems }: ArgumentSchema,
  value: readonly JsonValue[],
  path: string,
  must: Must,
): string | undefined {
  const wrong = size(value.length, minItems, maxItems, "items", must);
  if (wrong !== undefined || items === undefined) return wrong;
  for (const [index, item] of value.entries()) {
    const mismatch = schemaMismatch(items, item, `${path}[${index}]`);
    if (mismatch !== undefined) return mismatch;
  }
  return undefined;
}

function objectMismatch(
  { properties = {}, required = [], additionalProperties }: ArgumentSchema,
  value: JsonObject,
  path: string,
  must: Must,
): string | undefined {
  const missing = required.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return must(`have ${quote(missing)}`);
  for (const [name, member] of Object.entries(value)) {
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (schema === undefined) {
      if (additionalProperties === false) return must(`not have ${quote(name)}`);
      continue;
    }
    const mismatch = schemaMismatch(schema, member, path === "" ? name : `${path}.${name}`);
    if (mismatch !== undefined) return mismatch;
  }
  return undefined;
}

function range(value: number, least: Bound, most: Bound, must: Must): string | undefined {
  if (least !== undefined && value < numberOf(least)) return must(`be at least ${least}`);
  return most !== undefined && value > numberOf(most) ? must(`be at most ${most}`) : undefined;
}

function size(
  length: number,
  least: Bound,
  most: Bound,
  unit: string,
  must: Must,
): string | undefined {
  if (least !== undefined && length < numberOf(least))
    return must(`have at least ${least} ${unit}`);
  return most !== undefined && length > numberOf(most)
    ? must(`have at most ${most} ${unit}`)
    : undefined;
}

export function isOfType(type: SchemaType, value: JsonValue): boolean {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return isJsonObject(value);
    case "number":
      return isNumber(value);
    case "integer":
      return isNumber(value) && Number.isInteger(numberOf(value));
    default:
      return typeof value === type;
  }
}

function isNumber(value: JsonValue): value is number | LosslessNumber {
  return typeof value === "number" || value instanceof LosslessNumber;
}

/** JSON Schema counts characters, not UTF-16 units. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}
