import {
  applyEdits,
  findNodeAtLocation,
  modify,
  type ParseError,
  parse,
  parseTree,
  printParseErrorCode,
  stripComments,
} from "jsonc-parser";
import type { JsonValue } from "../registry/json.ts";
import type { Change } from "./changes.ts";
import type { ConfigFile } from "./config-file.ts";
import { placeOf, UnreadableConfig } from "./unreadable-config.ts";
import { isObject } from "./value-at.ts";

/**
 * A file of JSON with comments and trailing commas, as editors and clients have them.
 * @throws UnreadableConfig
 */
export function jsonFile(given: string): ConfigFile {
  const text = withObject(given);
  const errors: ParseError[] = [];
  const root: JsonValue | undefined = parse(text, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (error) {
    const problem = spaced(printParseErrorCode(error.error));
    throw new UnreadableConfig(problem, ...placeOf(text, error.offset));
  }
  if (!isObject(root)) throw new UnreadableConfig("It is not an object", 1, 1);
  return {
    root,
    apply: (changes) => changes.reduce((changed, change) => applyOne(changed, change), text),
  };
}

/** The text, with an object where it has nothing but comments. */
function withObject(text: string): string {
  if (stripComments(text).trim() !== "") return text;
  const comments = text.trimEnd();
  return comments === "" ? "{}\n" : `${comments}${lineEndOf(text)}{}${lineEndOf(text)}`;
}

function applyOne(text: string, { path, value }: Change): string {
  refuseTwice(text, path);
  const added = value === undefined ? undefined : addition(text, path, value);
  if (added !== undefined) return added;
  const formattingOptions = { ...indentationOf(text), eol: lineEndOf(text) };
  return applyEdits(text, modify(text, [...path], value, { formattingOptions }));
}

/**
 * Of a member that is there twice, programs read the last one and the library changes the first one.
 * @throws UnreadableConfig
 */
function refuseTwice(text: string, path: readonly string[]): void {
  const root = parseTree(text, [], { allowTrailingComma: true });
  for (const [depth, key] of path.entries()) {
    const parent = root && findNodeAtLocation(root, path.slice(0, depth));
    const [, second] = (parent?.children ?? []).filter(
      ({ type, children }) => type === "property" && children?.[0]?.value === key,
    );
    if (second === undefined) continue;
    throw new UnreadableConfig(`"${key}" is there twice`, ...placeOf(text, second.offset));
  }
}

/**
 * The text with a new member before those that an object has: the library would format the member
 * beside it again. Undefined where there is no such object.
 */
function addition(text: string, path: readonly string[], value: JsonValue): string | undefined {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const parentPath = path.slice(0, -1);
  const key = path.at(-1) ?? "";
  if (root === undefined || findNodeAtLocation(root, [...path])) return undefined;
  const parent = path.length === 1 ? root : findNodeAtLocation(root, parentPath);
  if (parent === undefined) return addition(text, parentPath, { [key]: value });
  const [first] = parent.children ?? [];
  if (parent.type !== "object" || first === undefined) return undefined;
  const { insertSpaces, tabSize } = indentationOf(text);
  const unit = insertSpaces ? " ".repeat(tabSize) : "\t";
  const indent = unit.repeat(path.length);
  const lines = JSON.stringify({ [key]: value }, undefined, unit)
    .split("\n")
    .slice(1, -1);
  const moved = lines.map((line) => `${lineEndOf(text)}${indent}${line.slice(unit.length)}`);
  const at = parent.offset + 1;
  return `${text.slice(0, at)}${moved.join("")},${text.slice(at)}`;
}

function lineEndOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

/** As the first indented member has it: lines of comments are indented otherwise. */
function indentationOf(text: string): { readonly insertSpaces: boolean; readonly tabSize: number } {
  const [, indent = "  "] = /^([ \t]+)"/m.exec(text) ?? [];
  return { insertSpaces: !indent.startsWith("\t"), tabSize: indent.length };
}

/** "InvalidSymbol" becomes "Invalid symbol". */
function spaced(code: string): string {
  return code.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
