import type { ArgumentType, TemplateParameter } from "../../parameters.ts";
import type { Body } from "../parse/ast.ts";
import { nodesIn } from "../parse/child-nodes.ts";
import { targetNames } from "../parse/targets.ts";
import { nameUses } from "./name-uses.ts";
import { undeclaredReads } from "./undeclared.ts";
import type { Use } from "./use-kinds.ts";

/**
 * Returns the names that Jinja2 templates need from their caller, in order of first appearance, with
 * the types that the templates make plain. A name that is only ever called is a function of the
 * program that renders the template, and no value.
 */
export function jinjaParameters(templates: readonly Body[]): readonly TemplateParameter[] {
  const assigned = new Set(templates.flatMap(assignedNames));
  const uses = nameUses(templates, undeclaredReads(templates));
  return [...uses].flatMap(([name, used]) => {
    if (isFunction(used)) return [];
    const type = assigned.has(name) ? undefined : typeFor(used);
    return [{ name, required: false, ...(type === undefined ? {} : { type }) }];
  });
}

function isFunction(used: ReadonlySet<Use>): boolean {
  return used.has("called") && [...used].every((use) => use === "called" || use === "defined");
}

/** Returns undefined where the uses leave it open, or disagree. A name that is printed may be a text. */
function typeFor(used: ReadonlySet<Use>): ArgumentType | undefined {
  if (used.has("varied") || (used.has("looped") && used.has("computed key"))) return undefined;
  const types = new Set([...used].flatMap((use) => plainTypes.get(use) ?? []));
  if (used.has("looped") && !types.has("object")) types.add("array");
  const [type] = types;
  if (types.size > 1 || type === "string") return undefined;
  if (type !== undefined) return type;
  const isFlag =
    used.has("tested") && [...used].every((use) => use === "tested" || use === "defined");
  return isFlag ? "boolean" : undefined;
}

const plainTypes: ReadonlyMap<Use, ArgumentType> = new Map([
  ["text", "string"],
  ["number", "number"],
  ["boolean", "boolean"],
  ["list", "array"],
  ["keyed", "object"],
]);

/** Names that the template gives a value somewhere: what it does with them may be about that value. */
function assignedNames(template: Body): readonly string[] {
  const names: string[] = [];
  for (const { node } of nodesIn(template)) {
    if (node.kind === "set") names.push(...targetNames(node.target));
  }
  return names;
}
