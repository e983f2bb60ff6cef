import { type Document, isMap, isSeq, parseDocument, stringify } from "yaml";
import type { JsonObject, JsonValue } from "../registry/json.ts";
import type { Change } from "./changes.ts";
import type { ConfigFile } from "./config-file.ts";
import { UnreadableConfig } from "./unreadable-config.ts";
import { indexOfNamed, isObject, valueAt } from "./value-at.ts";

/**
 * A file of YAML. Changes are made in the text, because the library writes a document in its own
 * indentation.
 * @throws UnreadableConfig
 */
export function yamlFile(text: string): ConfigFile {
  return {
    root: rootOf(read(text)),
    apply: (changes) => changes.reduce((changed, change) => applyOne(changed, change), text),
  };
}

function read(text: string): Document.Parsed {
  const document = parseDocument(text, { prettyErrors: true });
  const [error] = document.errors;
  if (!error) return document;
  const [place] = error.linePos ?? [];
  // What follows the first line quotes the file.
  const problem = (error.message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, "");
  throw new UnreadableConfig(problem, place?.line ?? 1, place?.col ?? 1);
}

/** Aliases may make a small text a large value. */
const maxAliasCount = 100;

function rootOf(document: Document.Parsed): JsonObject {
  const root: JsonValue = document.toJS({ maxAliasCount }) ?? {};
  if (isObject(root)) return root;
  throw new UnreadableConfig("It is not a mapping", 1, 1);
}

function applyOne(text: string, change: Change): string {
  const document = read(text);
  return insertion(text, document, change) ?? rewritten(text, document, change);
}

/** The text with a new member or item behind those there are; undefined where it is none. */
function insertion(text: string, document: Document.Parsed, change: Change): string | undefined {
  const { path, value } = change;
  const root = rootOf(document);
  const key = path.at(-1) ?? "";
  const parentPath = path.slice(0, -1);
  if (value === undefined || valueAt(root, path) !== undefined) return undefined;
  if (valueAt(root, parentPath) === undefined) {
    return insertion(text, document, { path: parentPath, value: { [key]: value } });
  }
  const parent = path.length === 1 ? document.contents : document.getIn(parentPath, true);
  if ((!isMap(parent) && !isSeq(parent)) || parent.flow || !parent.range) return undefined;
  const [start, end] = parent.range;
  // A block begins at its first key, or at the dash of its first item.
  const indent = " ".repeat(start - (text.lastIndexOf("\n", start - 1) + 1));
  const added = stringify(isMap(parent) ? { [key]: value } : [value], { lineWidth: 0 });
  const before = text.slice(0, end);
  const gap = before.endsWith("\n") ? "" : "\n";
  return `${before}${gap}${added.replace(/^(?=.)/gm, indent)}${text.slice(end)}`;
}

/** By the library, which keeps the comments and indents everything alike. */
function rewritten(text: string, document: Document.Parsed, { path, value }: Change): string {
  const steps = stepsOf(rootOf(document), path);
  if (value === undefined) document.deleteIn(steps);
  else document.setIn(steps, document.createNode(value));
  const [, indent = "  "] = /^( +)\S/m.exec(text) ?? [];
  return document.toString({ lineWidth: 0, indent: indent.length });
}

/** The path with the index of each item in the place of its name. */
function stepsOf(root: JsonValue, path: readonly string[]): readonly (string | number)[] {
  let value: JsonValue | undefined = root;
  return path.map((key) => {
    const step = Array.isArray(value) ? indexOfNamed(value, key) : key;
    value = value === undefined ? undefined : valueAt(value, [key]);
    return step;
  });
}
