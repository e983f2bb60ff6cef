import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type ParsedNode,
  parseDocument,
} from "yaml";
import { RegistryError } from "../registry/errors.ts";
import {
  isJsonObject,
  type JsonObject,
  type JsonValue,
  jsonOrUndefined,
} from "../registry/json.ts";
import { fileProblem } from "./prompt-file.ts";

/** Levels of YAML, and values that aliases repeat, at most. */
const maxDepth = 50;
const maxNodes = 20_000;
/** Of YAML, in characters: the time to parse it grows with the square of its keys. */
const maxLength = 50_000;

export type YamlDocument = Document.Parsed<ParsedNode>;

/**
 * Parses YAML 1.2, in which nothing is evaluated.
 * @param before the lines of the file before it
 * @throws RegistryError `invalid`
 */
export function parseYaml(text: string, before: number): YamlDocument {
  if (text.length > maxLength) {
    throw fileProblem(before, `the YAML has more than ${maxLength} characters`);
  }
  const lines = new LineCounter();
  const document = parse(text, lines);
  if (document === undefined) {
    throw fileProblem(before + 1, `the YAML has more than ${maxDepth} levels`);
  }
  const [error] = [...document.errors, ...document.warnings];
  if (error === undefined) return document;
  const { line } = lines.linePos(error.pos[0]);
  throw fileProblem(before + line, `the YAML is wrong: ${error.message}`);
}

/** The parser descends into each level, and ends at the end of the stack. */
function parse(text: string, lineCounter: LineCounter): YamlDocument | undefined {
  try {
    const options = { version: "1.2", schema: "core", merge: false, prettyErrors: false } as const;
    return parseDocument(text, { ...options, lineCounter });
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/**
 * The members of YAML that is a map, as JSON. Numbers keep their spelling.
 * @throws RegistryError `invalid` for anything else
 */
export function membersOf(document: YamlDocument, before: number): JsonObject {
  const { contents } = document;
  if (contents === null || (isScalar(contents) && contents.value === null)) return {};
  if (!isMap(contents)) {
    throw fileProblem(before + 1, 'the YAML must be keys with values, such as "name: answer"');
  }
  const read = new JsonReader(document, before).read(contents, 0);
  return isJsonObject(read) ? read : {};
}

/** One value of a document as JSON. */
export function jsonOf(document: Document, node: unknown): JsonValue {
  return new JsonReader(document, 0).read(node, 0);
}

class JsonReader {
  #nodes = 0;

  constructor(
    readonly document: Document,
    readonly before: number,
  ) {}

  read(node: unknown, depth: number): JsonValue {
    this.#nodes += 1;
    if (depth > maxDepth || this.#nodes > maxNodes) {
      throw fileProblem(
        this.before + 1,
        `the YAML has more than ${maxDepth} levels or ${maxNodes} values, or repeats itself`,
      );
    }
    if (isAlias(node)) return this.read(node.resolve(this.document), depth + 1);
    if (isSeq(node)) return node.items.map((item) => this.read(item, depth + 1));
    if (isMap(node)) {
      const members = node.items.map(({ key, value }) => [keyOf(key), this.read(value, depth + 1)]);
      return Object.fromEntries(members);
    }
    return isScalar(node) ? scalarOf(node.value, node.source) : null;
  }
}

function scalarOf(value: unknown, source: string | undefined): JsonValue {
  if (typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "bigint") return jsonOrUndefined(String(value)) ?? String(value);
  if (typeof value !== "number") return null;
  const spelled = source === undefined ? undefined : jsonOrUndefined(source);
  if (spelled !== undefined) return spelled;
  return Number.isFinite(value) ? value : (source ?? String(value));
}

/** The key of a member as a text. */
export function keyOf(key: unknown): string {
  if (!isScalar(key)) {
    throw new RegistryError("invalid", "the YAML has a key that is no text.");
  }
  return typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
}
