import type { DeclaredArguments } from "../registry/contract/arguments.ts";
import { declaredArgument } from "../registry/contract/arguments.ts";
import { isJsonObject, type JsonObject, type JsonValue, stringifyJson } from "../registry/json.ts";
import { plainJson } from "./same-content.ts";

/** What a file says of one input, whatever its form calls it. */
export interface FileInput {
  readonly name: string;
  /** JSON Schema; its description, default and texts in enum count as those of the input. */
  readonly schema: JsonObject;
  readonly required?: boolean;
  readonly default?: JsonValue | undefined;
  readonly aliases?: JsonValue | undefined;
}

const plainTypes = ["boolean", "number", "array", "object"];

/** The declarations that the inputs make; undefined where they say nothing. */
export function argumentsOf(inputs: readonly FileInput[]): DeclaredArguments | undefined {
  const declared = inputs.map((input) => [input.name, declarationOf(input)] as const);
  return declared.length === 0 ? undefined : Object.fromEntries(declared);
}

function declarationOf({
  schema,
  required,
  default: given,
  aliases,
}: FileInput): DeclaredArguments[string] {
  const { description, enum: allowed, default: fallback = given, ...rest } = schema;
  const texts = Array.isArray(allowed) ? allowed.filter((one) => one !== null).map(textOf) : [];
  const type = typeOf(rest);
  const made = {
    ...(typeof description === "string" && description !== "" ? { description } : {}),
    ...(required === undefined ? {} : { required }),
    ...(type === undefined ? {} : { type }),
    ...(fallback === undefined || fallback === null ? {} : { default: textOf(fallback) }),
    ...(texts.length === 0 ? {} : { enum: texts }),
    ...(Array.isArray(aliases) && aliases.length > 0 ? { aliases } : {}),
  };
  const read = declaredArgument.safeParse(made);
  if (read.success) return read.data;
  // A schema with keywords that are not checked: the value is read as its plain type.
  const { type: _, ...others } = made;
  const plain = typeof rest.type === "string" && plainTypes.includes(rest.type);
  return declaredArgument.parse(plain ? { ...others, type: rest.type } : others);
}

/** A text needs no type. */
function typeOf(schema: JsonObject): JsonValue | undefined {
  const { type, ...more } = schema;
  if (Object.keys(more).length > 0) return type === undefined ? undefined : schema;
  if (type === undefined || type === "string") return undefined;
  return typeof type === "string" && plainTypes.includes(type) ? type : schema;
}

/** Values of arguments are texts; others are read as JSON. */
export function textOf(value: JsonValue): string {
  return typeof value === "string" ? value : stringifyJson(value);
}

/** The JSON Schema of a declared argument, without its default. */
export function schemaOf({
  type,
  description,
  enum: allowed,
}: DeclaredArguments[string]): JsonObject {
  const schema = typeof type === "string" ? { type } : plainJson(type ?? { type: "string" });
  return {
    ...(isJsonObject(schema) ? schema : {}),
    ...(description === undefined ? {} : { description }),
    ...(allowed === undefined ? {} : { enum: [...allowed] }),
  };
}
