import { pythonJson } from "../json.ts";
import type { Template } from "../types.ts";
import { Budget } from "./budget.ts";
import { Placeholders } from "./placeholders.ts";
import { pythonSpace } from "./python-space.ts";
import type { Renderer, Values } from "./renderer.ts";
import { spelled, stringsOf } from "./strings.ts";
import { templateSyntax } from "./syntax.ts";

const variablePattern = new RegExp(
  `\\{\\{${pythonSpace}*([a-zA-Z_][a-zA-Z0-9_]*(?:\\.[a-zA-Z_][a-zA-Z0-9_]*)*)${pythonSpace}*\\}\\}`,
  "g",
);

/** What stands in double braces and looks like a name, be it a legal variable or not. */
const namePattern = new RegExp(
  `\\{\\{${pythonSpace}*([\\p{L}\\p{N}_][\\p{L}\\p{M}\\p{N}_.\\-]*)${pythonSpace}*\\}\\}`,
  "gu",
);

/**
 * MLflow's `PromptVersion.variables`, in order of first appearance. A chat's are counted over its
 * JSON, so that a variable in a role counts though nothing replaces it there. In Jinja2 templates
 * MLflow counts the same way: names of loops are in it, filtered variables are not.
 */
export function variablesOf(template: Template): readonly string[] {
  const text = template.kind === "chat" ? pythonJson(template.messages) : template.text;
  const names = Array.from(text.matchAll(variablePattern), ([, name = ""]) => name);
  return [...new Set(names)];
}

/**
 * Names that MLflow replaces once there is a value, though it does not count them as variables and
 * does not miss them: `{{x-y}}`, `{{é}}`. Names with spaces or other signs in them are left out: a
 * text in double braces is seldom meant as one. Jinja2 has no such names.
 */
export function uncountedNames(template: Template): readonly string[] {
  if (templateSyntax(template) === "jinja2") return [];
  const counted = new Set(variablesOf(template));
  const names = stringsOf(template).flatMap((text) =>
    Array.from(text.matchAll(namePattern), ([, name = ""]) => name),
  );
  return [...new Set(names)].filter((name) => !counted.has(name));
}

/**
 * Replaces `{{ key }}` for every key there is a value for, be it a legal variable or not, in one
 * pass over the text.
 * @param variables those of the template
 */
export function mlflowRenderer(variables: readonly string[], values: Values): Renderer {
  const spelledValues = new Map(
    Object.entries(values).map(([key, value]) => [key, spelled(value)]),
  );
  const missing = variables.filter((name) => !spelledValues.has(name));
  const budget = new Budget();
  if (spelledValues.size === 0) return { render: (text) => text, missing: () => missing };

  const placeholders = new Placeholders([...spelledValues.keys()]);
  const valueFor = (name: string): string => {
    const value = spelledValues.get(name) ?? "";
    budget.text(value.length);
    return value;
  };
  return {
    render: (text) => placeholders.replace(text, valueFor),
    missing: () => missing,
  };
}
