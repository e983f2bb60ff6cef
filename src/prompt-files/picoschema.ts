import { isJsonObject, type JsonObject, type JsonValue } from "../registry/json.ts";
import { fileProblem } from "./prompt-file.ts";

const scalars = ["string", "boolean", "null", "number", "integer"];

/** Levels of Picoschema at most. */
const maxDepth = 20;

/**
 * The JSON Schema that a Picoschema stands for (dotprompt 1.1): `name?(type, description): members`.
 * A JSON Schema is returned as it is.
 * @param line of the front matter, for errors
 */
export function readPicoschema(schema: JsonValue, line: number): JsonObject {
  if (isJsonObject(schema) && isJsonSchema(schema)) return schema;
  return typeof schema === "string" ? readScalar(schema, line) : readObject(schema, line, 0);
}

function isJsonSchema({ type, properties, $schema }: JsonObject): boolean {
  if ($schema !== undefined) return true;
  const known = [...scalars, "object", "array"];
  const isType = typeof type === "string" && known.includes(type);
  return isType && (type !== "object" || properties === undefined || isJsonObject(properties));
}

function readObject(schema: JsonValue, line: number, depth: number): JsonObject {
  if (!isJsonObject(schema) || depth > maxDepth) {
    throw fileProblem(line, "the schema is neither Picoschema nor a JSON Schema");
  }
  const properties: JsonObject = {};
  const required: string[] = [];
  let additional: JsonValue = false;
  for (const [key, value] of Object.entries(schema)) {
    const { name, isOptional, container, description } = readKey(key);
    const member = readMember(value, container, line, depth);
    if (name === "(*)") {
      additional = member;
      continue;
    }
    if (!isOptional) required.push(name);
    properties[name] = description === undefined ? member : { ...member, description };
  }
  return {
    type: "object",
    properties,
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: additional,
  };
}

function readMember(
  value: JsonValue,
  container: string | undefined,
  line: number,
  depth: number,
): JsonObject {
  if (container === "enum") return { enum: Array.isArray(value) ? value : [value] };
  const read =
    typeof value === "string" ? readScalar(value, line) : readObject(value, line, depth + 1);
  return container === "array" ? { type: "array", items: read } : read;
}

interface PicoschemaKey {
  readonly name: string;
  readonly isOptional: boolean;
  /** "array", "object" or "enum". */
  readonly container?: string;
  readonly description?: string;
}

function readKey(key: string): PicoschemaKey {
  if (key === "(*)") return { name: key, isOptional: true };
  const open = key.indexOf("(");
  const before = open === -1 ? key : key.slice(0, open);
  const isOptional = before.endsWith("?");
  const name = isOptional ? before.slice(0, -1) : before;
  if (open === -1) return { name, isOptional };
  const inside = key.slice(open + 1).replace(/\)$/, "");
  const comma = inside.indexOf(",");
  const container = (comma === -1 ? inside : inside.slice(0, comma)).trim();
  const description = comma === -1 ? undefined : inside.slice(comma + 1).trim();
  return { name, isOptional, container, ...(description ? { description } : {}) };
}

function readScalar(text: string, line: number): JsonObject {
  const comma = text.indexOf(",");
  const type = (comma === -1 ? text : text.slice(0, comma)).trim();
  const description = comma === -1 ? "" : text.slice(comma + 1).trim();
  const described: JsonObject = description === "" ? {} : { description };
  if (type === "any") return described;
  if (scalars.includes(type)) return { type, ...described };
  throw fileProblem(
    line,
    `the schema names the type ${JSON.stringify(type)}, which only the program that defines it knows: use ${scalars.join(", ")}, any, or a JSON Schema`,
  );
}
