import * as z from "zod";
import { listFirst, quote, shorten } from "../errors.ts";
import { type JsonValue, record } from "../json.ts";
import { uncountedNames } from "../template/mlflow.ts";
import type { Values } from "../template/renderer.ts";
import { spelled } from "../template/strings.ts";
import type { Tags, Template } from "../types.ts";

/** The version tag that declares what a template's own text cannot say about its arguments. */
export const argumentsTag = "mcp.arguments";

const declaredArgument = z.strictObject({
  description: z.string().optional().describe("What the value is, for the person who fills it in"),
  required: z
    .boolean()
    .optional()
    .describe(
      "Whether a value must be given; one with a default never must. false without a default: empty text",
    ),
  default: z.string().optional().describe("The value when none is given"),
  enum: z.array(z.string()).min(1).optional().describe("The only values there are"),
});

/** The JSON of the tag `mcp.arguments`: what is declared, by argument name. */
export const declaredArguments = record(declaredArgument);
export type DeclaredArguments = z.infer<typeof declaredArguments>;

/** What a prompt takes: from its template, and from what is declared about it. */
export interface PromptArgument {
  readonly name: string;
  readonly description?: string;
  readonly required: boolean;
  readonly default?: string;
  /** The only values there are; any value when absent. */
  readonly allowed?: readonly string[];
}

/** What a version says about its arguments; it has no number before it is registered. */
export interface VersionText {
  readonly name?: string;
  readonly version?: number;
  readonly template: Template;
  readonly tags: Tags;
}

/** What is wrong with the tag `mcp.arguments`; undefined when it is well-formed or absent. */
export function argumentsProblem(tags: Tags): string | undefined {
  return readDeclaration(tags).problem;
}

/** The default that a version's own tag declares for an argument. */
export function declaredDefault(tags: Tags, name: string): string | undefined {
  const { declared = {} } = readDeclaration(tags);
  return Object.hasOwn(declared, name) ? declared[name]?.default : undefined;
}

/**
 * Checks values against a prompt's arguments and fills the defaults in. All that is missing or not
 * allowed is told at once, a sentence each; the values are of use only when nothing is.
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
 * What MCP forbids and MLflow does not mind, a sentence each: values that are no texts, and values
 * for which the prompt has no argument. A name that MLflow replaces when it is given, though it is
 * no legal variable, is no surplus.
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
        `The argument ${quote(name)} is ${shorten(spelled(value))}; it must be a text.`,
    );
  const known = new Set(args.map(({ name }) => name));
  const unknown = Object.keys(values).filter((name) => !known.has(name));
  const replaced = new Set(unknown.length === 0 ? [] : uncountedNames(template));
  const surplus = unknown.filter((name) => !replaced.has(name));
  if (surplus.length === 0) return problems;
  const those = surplus.length === 1 ? "argument" : "arguments";
  const there = known.size === 0 ? "It takes none" : `Its arguments are ${list([...known])}`;
  return [...problems, `The prompt has no ${those} ${list(surplus)}. ${there}.`];
}

function argumentProblems(argument: PromptArgument, given: JsonValue | undefined): string[] {
  const { name, description, required, allowed } = argument;
  if (given === undefined) {
    if (!required) return [];
    return [`The argument ${quote(name)} is missing${description ? ` (${description})` : ""}.`];
  }
  const value = spelled(given);
  if (allowed === undefined || allowed.includes(value) || isPlaceholder(value)) return [];
  return [`The argument ${quote(name)} is ${quote(value)}; it must be one of ${list(allowed)}.`];
}

/** Some hosts ask for a prompt with `$1`, `$2` and so on, and put the values in afterwards. */
function isPlaceholder(value: string): boolean {
  return /^\$\d+$/.test(value);
}

function list(names: readonly string[]): string {
  return listFirst(names.map(quote), ", ", 50);
}

/** Reads the tag `mcp.arguments`; neither part is there when the tag is absent. */
export function readDeclaration(tags: Tags): { declared?: DeclaredArguments; problem?: string } {
  const text = tags[argumentsTag];
  if (text === undefined) return {};
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { problem: `The tag ${argumentsTag} is not JSON, so it is ignored.` };
  }
  const result = declaredArguments.safeParse(json);
  if (result.success) return { declared: result.data };
  return {
    problem: `The tag ${argumentsTag} does not declare arguments, so it is ignored: ${z.prettifyError(result.error)}`,
  };
}
