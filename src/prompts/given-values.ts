import type { Takers } from "../registry/contract/argument-values.ts";
import type { PromptArgument } from "../registry/contract/arguments.ts";
import { uncountedNames } from "../registry/template/mlflow.ts";
import type { Values } from "../registry/template/renderer.ts";
import type { Template } from "../registry/types.ts";

/** What a host gives for a prompt. */
export interface Given {
  readonly values: Values;
  /** What the person typed behind the command, for the end of the prompt. */
  readonly typed?: string;
}

/** The name under which hosts send what a person typed, whatever arguments the prompt has. */
const typedName = "input";

/**
 * Separates what a host adds on its own account from the values of the arguments.
 *
 * - A text under the name `input`, or the only one for a prompt without arguments, is what the person
 *   typed behind the command. Other names without an argument stay, and are errors.
 * - An empty text for an argument that has a default, or a list of allowed values without it, is left
 *   out: some hosts send one for what a person skipped. Only a required argument can be empty.
 */
export function separateGiven(template: Template, takers: Takers, given: Values): Given {
  const values = withoutSkipped(takers.arguments, given);
  const surplus = surplusNames(template, takers, values);
  const name = typedNameIn(surplus, takers);
  if (name === undefined) return { values };
  const { [name]: typed, ...others } = values;
  if (typeof typed !== "string") return { values };
  return typed.trim() === "" ? { values: others } : { values: others, typed };
}

function typedNameIn(surplus: readonly string[], takers: Takers): string | undefined {
  if (surplus.includes(typedName)) return typedName;
  return takers.arguments.length === 0 && surplus.length === 1 ? surplus[0] : undefined;
}

/** Names that neither an argument nor the template takes a value for. */
function surplusNames(
  template: Template,
  { arguments: args, objects = [] }: Takers,
  values: Values,
): readonly string[] {
  const known = new Set([...args.map(({ name }) => name), ...objects]);
  const unknown = Object.keys(values).filter((name) => !known.has(name));
  if (unknown.length === 0) return [];
  const replaced = new Set(uncountedNames(template));
  return unknown.filter((name) => !replaced.has(name));
}

function withoutSkipped(args: readonly PromptArgument[], values: Values): Values {
  if (!Object.values(values).includes("")) return values;
  const skippable = new Set(args.filter(isSkippable).map(({ name }) => name));
  const kept = Object.entries(values).filter(
    ([name, value]) => value !== "" || !skippable.has(name),
  );
  return Object.fromEntries(kept);
}

function isSkippable({ required, default: fallback, allowed }: PromptArgument): boolean {
  if (required) return false;
  return allowed === undefined ? fallback !== undefined : !allowed.includes("");
}
