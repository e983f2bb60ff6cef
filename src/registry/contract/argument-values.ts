import { listFirst, quote } from "../errors.ts";
import { isJsonObject, type JsonValue } from "../json.ts";
import { uncountedNames } from "../template/mlflow.ts";
import type { Values } from "../template/renderer.ts";
import { formatValue } from "../template/strings.ts";
import type { Template } from "../types.ts";
import type { PromptArgument } from "./arguments.ts";
import { describeType, isPlaceholder, readValue, showValue } from "./value-types.ts";

/** What takes a prompt's values. */
export interface Takers {
  readonly arguments: readonly PromptArgument[];
  /**
   * Names whose members are arguments of mustache: `user`, where `user.name` is one. The members can be
   * given together, as an object.
   */
  readonly objects?: readonly string[];
}

/** Returns the name of an argument as its caller knows it. */
export type ShownName = (name: string) => string;

interface Checked {
  /** A sentence for each argument that is missing or wrong. */
  readonly problems: readonly string[];
  /** Use them only if there is no problem. */
  readonly values: Values;
}

/** Checks values against a prompt's arguments, reads them by their types, and adds the defaults. */
export function checkArgumentValues(
  { arguments: args, objects = [] }: Takers,
  given: Values,
  shown: ShownName = (name) => name,
): Checked {
  const whole = wholeObjects({ arguments: args, objects });
  const filled = new Map(Object.entries(given));
  const wrong = new Map<string, string>();
  for (const argument of [...whole, ...args]) {
    const value = filled.get(argument.name);
    if (value === undefined) continue;
    const read = readGiven(argument, value, shown);
    if ("problem" in read) wrong.set(argument.name, read.problem);
    else if ("isEmpty" in read) filled.delete(argument.name);
    else filled.set(argument.name, read.value);
  }
  const absent = args.filter(({ name }) => !filled.has(name) && !isMember(name, objects, filled));
  for (const argument of absent) {
    const { name, required, default: fallback } = argument;
    if (required) wrong.set(name, missing(argument, shown));
    else if (fallback !== undefined) filled.set(name, defaultValue(argument, fallback));
  }
  const named = [...whole, ...args].map(({ name }) => wrong.get(name));
  return {
    problems: named.filter((problem) => problem !== undefined),
    values: Object.fromEntries(filled),
  };
}

/** The objects that are not arguments themselves. */
export function wholeObjects({ arguments: args, objects = [] }: Takers): readonly PromptArgument[] {
  const listed = new Set(args.map(({ name }) => name));
  return objects
    .filter((name) => !listed.has(name))
    .map((name) => ({ name, required: false, type: "object" }));
}

/** The value of a default. An empty one stands for no value, whatever the type is. */
export function defaultValue(argument: PromptArgument, fallback: string): JsonValue {
  const read = readValue(argument, fallback);
  return "value" in read ? read.value : fallback;
}

/**
 * Returns a sentence for each value that MCP forbids and MLflow accepts: values that are not strings,
 * and values without an argument. A name that MLflow replaces is allowed, even if it is not a valid
 * variable.
 */
export function strictProblems(
  template: Template,
  { arguments: args, objects = [] }: Takers,
  values: Values,
  shown: ShownName = (name) => name,
): readonly string[] {
  const problems = Object.entries(values)
    .filter(([, value]) => typeof value !== "string")
    .map(
      ([name, value]) =>
        `The argument ${quote(shown(name))} is ${showValue(value)}; it must be a string.`,
    );
  const known = new Set(args.map(({ name }) => name));
  const unknown = Object.keys(values).filter((name) => !known.has(name) && !objects.includes(name));
  const replaced = new Set(unknown.length === 0 ? [] : uncountedNames(template));
  const surplus = unknown.filter((name) => !replaced.has(name));
  if (surplus.length === 0) return problems;
  const those = surplus.length === 1 ? "argument" : "arguments";
  const there =
    known.size === 0 ? "It takes no arguments" : `Its arguments are ${list([...known].map(shown))}`;
  return [...problems, `The prompt has no ${those} ${list(surplus)}. ${there}.`];
}

type Given =
  | { readonly value: JsonValue }
  | { readonly isEmpty: true }
  | { readonly problem: string };

function readGiven(argument: PromptArgument, given: JsonValue, shown: ShownName): Given {
  const { name, required, allowed, type } = argument;
  const wrong = (what: string) => ({
    problem: `The argument ${quote(shown(name))} is ${showValue(given)}; ${what}.`,
  });
  const chosen = allowed === undefined ? given : chooseAllowed(allowed, given);
  if (allowed !== undefined && chosen === undefined) {
    return wrong(`it must be one of ${list(allowed)}`);
  }
  const read = readValue(argument, chosen ?? given);
  if ("mismatch" in read) return wrong(read.mismatch);
  if ("isEmpty" in read && required && type !== undefined) {
    return wrong(`it must be ${describeType(type)}`);
  }
  return read;
}

/** Returns the allowed value that is meant: completion ignores case, and people add spaces. */
function chooseAllowed(allowed: readonly string[], given: JsonValue): JsonValue | undefined {
  const text = formatValue(given);
  if (allowed.includes(text) || isPlaceholder(text)) return given;
  const folded = foldAllowed(text);
  return allowed.find((value) => foldAllowed(value) === folded);
}

/** Allowed values that differ in case and outer spaces alone are the same. An empty one is itself. */
export function foldAllowed(value: string): string {
  return value.trim().toLowerCase() || value;
}

function missing({ name, description }: PromptArgument, shown: ShownName): string {
  const what = description ? ` (${description})` : "";
  return `The argument ${quote(shown(name))} is missing${what}.`;
}

/** Whether mustache finds the value of a dotted name in an object that was given. */
function isMember(
  name: string,
  objects: readonly string[],
  filled: ReadonlyMap<string, JsonValue>,
): boolean {
  const [root = "", ...path] = name.split(".");
  if (path.length === 0 || !objects.includes(root)) return false;
  let value = filled.get(root);
  for (const step of path) {
    if (value === undefined || !isJsonObject(value) || !Object.hasOwn(value, step)) return false;
    value = value[step];
  }
  return true;
}

function list(names: readonly string[]): string {
  return listFirst(names.map(quote), ", ", 50);
}
