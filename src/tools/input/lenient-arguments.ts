import { LosslessNumber } from "lossless-json";
import type * as z from "zod";
import { parsedJson } from "../../registry/versions/stored-json.ts";

/** What n8n adds to the arguments of every tool call. */
const addedByHosts: ReadonlySet<string> = new Set([
  "action",
  "chatInput",
  "sessionId",
  "toolCallId",
]);

/** More wrong values than a model makes by mistake. */
const maxIssues = 1_000;

/** A text may hold a list whose elements are texts, and so on. */
const maxPasses = 4;

type Issue = z.core.$ZodIssue;

/**
 * Reads arguments as models and their hosts write them: numbers, booleans, lists and objects as text,
 * numbers as the text that is wanted, null, "" and [] for what is not given, and keys that hosts add.
 * The schema decides: only what it refuses is read differently, so valid arguments stay as they are.
 * @returns valid arguments, or the last attempt, for the schema to say what is wrong with it
 */
export function lenientArguments(schema: z.ZodObject, args: unknown): unknown {
  let issues = schema.safeParse(args).error?.issues;
  if (issues === undefined || issues.length > maxIssues) return args;
  const copy = cloned(args);
  for (let pass = 0; issues !== undefined && pass < maxPasses; pass++) {
    const changed = issues.map((issue) => repair(copy, issue)).includes(true);
    if (!changed) break;
    issues = schema.safeParse(copy).error?.issues;
  }
  return copy;
}

/** Changes the value that an issue is about, if it can be read differently. */
function repair(args: unknown, issue: Issue): boolean {
  if (issue.code === "unrecognized_keys") return dropAdded(args, issue);
  const key = issue.path.at(-1);
  const parent = valueAt(args, issue.path.slice(0, -1));
  if (key === undefined || !isContainer(parent) || !Object.hasOwn(parent, key)) return false;
  const value: unknown = Reflect.get(parent, key);
  const read = typeof value === "string" ? readText(value, issue) : readOther(value, issue);
  if (read === undefined || read === null) {
    const isEmpty = read === null || value === null || value === "" || isEmptyList(value);
    return isEmpty && !Array.isArray(parent) && Reflect.deleteProperty(parent, key);
  }
  // An assignment to "__proto__" would set the prototype.
  const property = { value: read, writable: true, enumerable: true, configurable: true };
  return Reflect.defineProperty(parent, key, property);
}

function dropAdded(args: unknown, { path, keys }: z.core.$ZodIssueUnrecognizedKeys): boolean {
  if (path.length > 0 || !isContainer(args)) return false;
  const added = keys.filter((key) => addedByHosts.has(key));
  for (const key of added) Reflect.deleteProperty(args, key);
  return added.length > 0;
}

/** The JSON value that the text holds, if it is null or of a kind that the schema wants. */
function readText(text: string, issue: Issue): unknown {
  const wanted = wantedKinds(issue).filter((kind) => kind !== "string");
  if (wanted.length === 0) return undefined;
  const value = parsedJson(wanted.includes("boolean") ? text.toLowerCase() : text);
  return value === null || wanted.includes(kindOf(value)) ? value : undefined;
}

function readOther(value: unknown, issue: Issue): string | number | undefined {
  const wanted = wantedKinds(issue);
  if (value instanceof LosslessNumber && wanted.includes("number")) return Number(value.value);
  const isPlain = ["number", "boolean"].includes(kindOf(value));
  return isPlain && wanted.includes("string") ? String(value) : undefined;
}

function wantedKinds(issue: Issue): readonly string[] {
  switch (issue.code) {
    case "invalid_type":
      return [issue.expected === "record" ? "object" : issue.expected];
    case "invalid_union":
      return issue.errors
        .flat()
        .flatMap((inner) => (inner.path.length === 0 ? wantedKinds(inner) : []));
    case "custom":
      // The schemas of `record`.
      return issue.params?.expected === "object" ? ["object"] : [];
    default:
      return [];
  }
}

function kindOf(value: unknown): string {
  if (value instanceof LosslessNumber) return kindOf(Number(value.value));
  if (typeof value === "number" && !Number.isFinite(value)) return "infinite";
  return Array.isArray(value) ? "array" : typeof value;
}

/** A copy of JSON. */
function cloned(value: unknown): unknown {
  if (!isContainer(value) || value instanceof LosslessNumber) return value;
  if (Array.isArray(value)) return value.map(cloned);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, cloned(member)]));
}

function valueAt(args: unknown, path: readonly PropertyKey[]): unknown {
  let value = args;
  for (const key of path) {
    if (!isContainer(value) || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

function isContainer(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
