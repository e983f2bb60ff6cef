import * as z from "zod";
import { listFirst, quote, shorten } from "../errors.ts";
import { type JsonValue, record } from "../json.ts";
import { uncountedNames } from "../template/mlflow.ts";
import type { Values } from "../template/renderer.ts";
import { formatValue } from "../template/strings.ts";
import type { Tags, Template } from "../types.ts";

/** The version tag that declares descriptions, defaults, allowed values and former names of arguments. */
export const argumentsTag = "mcp.arguments";

export const declaredArgument = z.strictObject({
  description: z.string().optional().describe("What the value is, for the person who enters it"),
  required: z
    .boolean()
    .optional()
    .describe(
      "Whether a value is required. With a default it never is. false without a default: empty text",
    ),
  default: z.string().optional().describe("The value used when none is given"),
  enum: z.array(z.string()).min(1).optional().describe("The allowed values"),
  aliases: z
    .array(z.string().min(1))
    .min(1)
    .optional()
    .describe("Former names of a renamed variable, which callers may still use"),
});

/** The JSON of the tag `mcp.arguments`: declarations by argument name. */
export const declaredArguments = record(declaredArgument);
export type DeclaredArguments = z.infer<typeof declaredArguments>;

/** An argument of a prompt, from its template and its declaration. */
export interface PromptArgument {
  readonly name: string;
  readonly description?: string;
  readonly required: boolean;
  readonly default?: string;
  /** The allowed values; any value when absent. */
  readonly allowed?: readonly string[];
  /** Other names under which callers may give the value. */
  readonly aliases?: readonly string[];
}

/** The parts of a version that define its arguments. It has no number before it is registered. */
export interface VersionText {
  readonly name?: string;
  readonly version?: number;
  readonly template: Template;
  readonly tags: Tags;
}

/**
 * Checks values against a prompt's arguments and adds the defaults. `problems` has a sentence for
 * each argument that is missing or not allowed; use `values` only if there are none.
 */
export function checkArgumentValues(
  args: readonly PromptArgument[],
  values: Values,
): { readonly problems: readonly string[]; readonly values: Values } {
  const filled = new Map(Object.entries(values));
  const problems = args.flatMap((argument) =>
    argumentProblems(argument, filled.get(argument.name)),
  );
  for (const { name, default: fallback } of args) {
    if (fallback !== undefined && !filled.has(name)) filled.set(name, fallback);
  }
  return { problems, values: Object.fromEntries(filled) };
}

/**
 * Returns a sentence for each value that MCP forbids and MLflow accepts: values that are not strings,
 * and values without an argument. A name that MLflow replaces is allowed, even if it is not a valid
 * variable.
 */
export function strictProblems(
  template: Template,
  args: readonly PromptArgument[],
  values: Values,
): readonly string[] {
  const problems = Object.entries(values)
    .filter(([, value]) => typeof value !== "string")
    .map(
      ([name, value]) =>
        `The argument ${quote(name)} is ${shorten(formatValue(value))}; it must be a string.`,
    );
  const known = new Set(args.map(({ name }) => name));
  const unknown = Object.keys(values).filter((name) => !known.has(name));
  const replaced = new Set(unknown.length === 0 ? [] : uncountedNames(template));
  const surplus = unknown.filter((name) => !replaced.has(name));
  if (surplus.length === 0) return problems;
  const those = surplus.length === 1 ? "argument" : "arguments";
  const there =
    known.size === 0 ? "It takes no arguments" : `Its arguments are ${list([...known])}`;
  return [...problems, `The prompt has no ${those} ${list(surplus)}. ${there}.`];
}

function argumentProblems(argument: PromptArgument, given: JsonValue | undefined): string[] {
  const { name, description, required, allowed } = argument;
  if (given === undefined) {
    if (!required) return [];
    return [`The argument ${quote(name)} is missing${description ? ` (${description})` : ""}.`];
  }
  const value = formatValue(given);
  if (allowed === undefined || allowed.includes(value) || isPlaceholder(value)) return [];
  return [`The argument ${quote(name)} is ${quote(value)}; it must be one of ${list(allowed)}.`];
}

/** Some hosts request a prompt with `$1`, `$2` and so on, and insert the values afterwards. */
function isPlaceholder(value: string): boolean {
  return /^\$\d+$/.test(value);
}

function list(names: readonly string[]): string {
  return listFirst(names.map(quote), ", ", 50);
}
