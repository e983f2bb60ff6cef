import { isJsonObject, type JsonObject, type JsonValue } from "../registry/json.ts";
import { mapIn, withMembers } from "./front-matter-form.ts";
import { type FileInput, schemaOf } from "./inputs.ts";
import type { PromptContent } from "./prompt-file.ts";

/** The inputs of Prompty 2, a list with `kind`, or of version 1, a map with `type`. */
export function readInputs({ inputs }: JsonObject): readonly FileInput[] {
  const entries = Array.isArray(inputs)
    ? inputs.flatMap((one) =>
        isJsonObject(one) && typeof one.name === "string" ? [[one.name, one] as const] : [],
      )
    : Object.entries(inputs !== undefined && isJsonObject(inputs) ? inputs : {});
  return entries.map(([name, entry]) => readInput(name, entry));
}

function readInput(name: string, entry: JsonValue): FileInput {
  if (!isJsonObject(entry))
    return { name, schema: typeof entry === "string" ? {} : { type: jsonTypeOf(entry) } };
  const { kind, type, description, required, default: fallback, enumValues } = entry;
  const given = typeof kind === "string" ? kind : type;
  return {
    name,
    schema: {
      ...(typeof given === "string" ? readKind(given) : {}),
      ...(typeof description === "string" ? { description } : {}),
      ...(Array.isArray(enumValues) ? { enum: enumValues } : {}),
    },
    ...(typeof required === "boolean" ? { required } : {}),
    default: fallback,
  };
}

function readKind(kind: string): JsonObject {
  const type = kind === "float" ? "number" : kind;
  return ["boolean", "number", "integer", "array", "object"].includes(type) ? { type } : {};
}

function jsonTypeOf(value: JsonValue): string {
  if (Array.isArray(value)) return "array";
  if (typeof value === "boolean") return "boolean";
  return value !== null && isJsonObject(value) ? "object" : "number";
}

/** Prompty 2 wants `kind`, and LangChain `type`. */
export function writeInputs(
  current: JsonValue | undefined,
  { arguments: declared = {} }: PromptContent,
): JsonValue | undefined {
  const entries = Object.entries(declared).map(([name, argument]) => {
    const { type = "string", description, enum: allowed } = schemaOf(argument);
    const [first] = Array.isArray(type) ? type : [type];
    const { kind, ...members }: JsonObject = withMembers(entryOf(current, name), {
      kind: first === "number" ? "float" : first,
      type: first === "integer" ? "number" : first === "null" ? "string" : first,
      description,
      required: argument.required,
      default: argument.default,
      enumValues: allowed,
    });
    const entry: JsonObject = { kind: kind ?? "string", ...members };
    return [name, entry] as const;
  });
  if (entries.length === 0) return undefined;
  if (!Array.isArray(current)) return Object.fromEntries(entries);
  return entries.map(([name, { type: _, ...entry }]) => ({ name, ...entry }));
}

function entryOf(inputs: JsonValue | undefined, name: string): JsonObject {
  const list = Array.isArray(inputs) ? inputs : [];
  const found = Array.isArray(inputs)
    ? list.find((one) => isJsonObject(one) && one.name === name)
    : mapIn({ inputs: inputs ?? null }, "inputs")[name];
  return found !== undefined && isJsonObject(found) ? found : {};
}

/** The JSON Schema of outputs: of Prompty 2 a list of properties, of version 1 a map. */
export function readOutputs(outputs: JsonValue | undefined): JsonValue | undefined {
  const properties = readInputs({ inputs: outputs ?? null });
  if (properties.length === 0) return undefined;
  return {
    type: "object",
    properties: Object.fromEntries(
      properties.map(({ name, schema }) => [
        name,
        { ...(schema.type === undefined ? { type: "string" } : {}), ...schema },
      ]),
    ),
    required: properties.filter(({ required }) => required !== false).map(({ name }) => name),
  };
}
