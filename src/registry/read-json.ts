import { randomUUID } from "node:crypto";
import { endOfString } from "./exact-numbers.ts";

/** JSON as JavaScript reads it. */
export type PlainJson =
  | string
  | number
  | boolean
  | null
  | PlainJson[]
  | { [name: string]: PlainJson };

/**
 * `JSON.parse`, with the names that the text has. V8 from 12.8 on (Node 24, 25 and 26; nodejs/node
 * issue 63785) can take a name that is written with an escape for another name, after an object of
 * anybody's had a name that begins with a backslash: `"\u00e9"` becomes `"\\"`. Takes linear time.
 * @throws SyntaxError
 */
export function readJson(text: string): PlainJson {
  const value: PlainJson = JSON.parse(text);
  if (!text.includes("\\")) return value;
  const literals = escapedNames(text);
  if (literals.length === 0) return value;
  const names = new Map<string, string>();
  const mark = randomUUID();
  let marked = "";
  let from = 0;
  for (const { start, end } of literals) {
    const name = `${mark}${names.size}`;
    // V8 reads a text of its own as it is.
    names.set(name, String(JSON.parse(text.slice(start, end))));
    marked += `${text.slice(from, start)}"${name}"`;
    from = end;
  }
  const named: PlainJson = JSON.parse(marked + text.slice(from));
  rename(named, names);
  return named;
}

interface Literal {
  readonly start: number;
  readonly end: number;
}

/** The names of members that are written with an escape, with their quotes. */
function escapedNames(json: string): readonly Literal[] {
  const found: Literal[] = [];
  let end = 0;
  for (let start = json.indexOf('"'); start !== -1; start = json.indexOf('"', end)) {
    end = endOfString(json, start);
    if (isName(json, end) && json.slice(start, end).includes("\\")) found.push({ start, end });
  }
  return found;
}

function isName(json: string, end: number): boolean {
  let at = end;
  while (" \t\r\n".includes(json.charAt(at)) && at < json.length) at += 1;
  return json.charAt(at) === ":";
}

/** Not by recursion: a value may be nested deeper than the stack. */
function rename(root: PlainJson, names: ReadonlyMap<string, string>): void {
  const open = [root];
  for (let container = open.pop(); container !== undefined; container = open.pop()) {
    if (typeof container !== "object" || container === null) continue;
    const members = Object.entries(container);
    for (const [, member] of members) open.push(member);
    if (Array.isArray(container) || !members.some(([name]) => names.has(name))) continue;
    replaceMembers(
      container,
      members.map(([name, member]) => [names.get(name) ?? name, member]),
    );
  }
}

/** All are added again, so that they keep their order. */
function replaceMembers(object: object, members: readonly (readonly [string, unknown])[]): void {
  for (const name of Object.keys(object)) Reflect.deleteProperty(object, name);
  for (const [name, value] of members) {
    // An assignment to "__proto__" would set the prototype.
    const property = { value, writable: true, enumerable: true, configurable: true };
    Object.defineProperty(object, name, property);
  }
}
