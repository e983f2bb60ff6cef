import { stringMethod } from "../values/string-methods.ts";

/**
 * What a template does with a value: print it, test whether it is true, call it, ask whether it is
 * `defined`, ask for its type (`varied`), loop over it, read its members by name (`keyed`) or by a
 * computed key, or use it as a `text`, `number`, `boolean` or `list`. `other` says nothing about it.
 */
export type Use =
  | "printed"
  | "tested"
  | "called"
  | "defined"
  | "varied"
  | "looped"
  | "keyed"
  | "computed key"
  | "text"
  | "number"
  | "boolean"
  | "list"
  | "other";

/** What a filter does with its value. @param use what is done with the filter's result */
export function filterUse(name: string, use: Use): Use {
  if (name === "default" || name === "d") return use;
  if (use === "looped" && (name === "list" || name === "reverse")) return use;
  return filterUses.get(name) ?? "other";
}

export function testUse(name: string): Use {
  return testUses.get(name) ?? "other";
}

/** What calling a method does with its object. */
export function methodUse(name: unknown): Use {
  if (typeof name !== "string") return "other";
  if (dictMethods.has(name)) return "keyed";
  if (listMethods.has(name)) return "list";
  return name === "format" || stringMethod(name) !== undefined ? "text" : "varied";
}

const filterUses: ReadonlyMap<string, Use> = new Map([
  ...all("text", "upper lower capitalize title trim replace truncate wordwrap indent center"),
  ...all("text", "wordcount striptags urlencode format"),
  ...all("printed", "string safe escape e forceescape"),
  ...all("number", "abs round"),
  ...all(
    "list",
    "join map select reject selectattr rejectattr groupby batch slice sum sort unique",
  ),
  ...all("list", "min max"),
  ...all("keyed", "items dictsort xmlattr"),
]);

const testUses: ReadonlyMap<string, Use> = new Map([
  ...all("defined", "defined undefined none"),
  ...all("boolean", "true false"),
  ...all("number", "odd even divisibleby"),
  ...all("text", "upper lower"),
  ...all("varied", "string number mapping sequence iterable boolean integer float callable"),
]);

/** Methods of a dict that a list does not have. */
const dictMethods: ReadonlySet<string> = new Set(["items", "keys", "values", "get", "update"]);

/** Methods of a list that neither a dict nor a text has. */
const listMethods: ReadonlySet<string> = new Set(["append", "extend", "insert", "sort"]);

function all(use: Use, names: string): readonly (readonly [string, Use])[] {
  return names.split(" ").map((name) => [name, use] as const);
}
