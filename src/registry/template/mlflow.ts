import { pythonJson } from "../json.ts";
import type { Template } from "../types.ts";
import { Budget } from "./budget.ts";
import { placeholdersIn } from "./given-messages.ts";
import { fromJson } from "./jinja/values/from-json.ts";
import { pythonText } from "./jinja/values/text.ts";
import { Placeholders } from "./placeholders.ts";
import { pythonSpace } from "./python-space.ts";
import type { Renderer, Values } from "./renderer.ts";
import { messagesIn, stringsOf } from "./strings.ts";
import { hasMustacheSyntax, templateSyntax } from "./syntax.ts";

const variablePattern = new RegExp(
  `\\{\\{${pythonSpace}*([a-zA-Z_][a-zA-Z0-9_]*(?:\\.[a-zA-Z_][a-zA-Z0-9_]*)*)${pythonSpace}*\\}\\}`,
  "g",
);

/** Matches anything in double braces that looks like a name, whether or not it is a valid variable. */
const namePattern = new RegExp(
  `\\{\\{${pythonSpace}*([\\p{L}\\p{N}_][\\p{L}\\p{M}\\p{N}_.\\-]*)${pythonSpace}*\\}\\}`,
  "gu",
);

/**
 * Returns MLflow's `PromptVersion.variables`, in order of first appearance. MLflow searches the JSON
 * of a chat, so a variable in a role counts although rendering does not replace it. It searches
 * Jinja2 templates in the same way: loop variables count, variables with a filter do not.
 */
export function variablesOf(template: Template): readonly string[] {
  const text = template.kind === "chat" ? pythonJson(messagesIn(template.messages)) : template.text;
  const names = Array.from(text.matchAll(variablePattern), ([, name = ""]) => name);
  return [...new Set(names)];
}

/**
 * Whether a template may have a variable: certainly in MLflow's syntax. Other templates must be parsed
 * to be certain. A name in one of their texts may be a variable.
 */
export function mayHaveVariable(template: Template, name: string): boolean {
  if (variablesOf(template).includes(name) || placeholdersIn(template).includes(name)) return true;
  const isParsed = templateSyntax(template) === "jinja2" || hasMustacheSyntax(template);
  return isParsed && stringsOf(template).some((text) => text.includes(name));
}

/**
 * Returns names that MLflow replaces if there is a value, but neither counts as variables nor reports
 * as missing: `{{x-y}}`, `{{é}}`. Leaves out names with spaces or other characters, because such a
 * text in double braces is rarely meant as a variable. Jinja2 has no such names.
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
 * Replaces `{{ key }}` for every key of `values`, whether or not it is a valid variable, in one pass
 * over the text.
 * @param variables `variablesOf` the template
 */
export function mlflowRenderer(variables: readonly string[], values: Values): Renderer {
  const budget = new Budget();
  const texts = new Map(
    Object.entries(values).map(([key, value]) => [
      key,
      pythonText(fromJson(value, budget), budget),
    ]),
  );
  const missing = variables.filter((name) => !texts.has(name));
  if (texts.size === 0) return { render: (text) => text, missing: () => missing };

  const placeholders = new Placeholders([...texts.keys()]);
  const valueFor = (name: string): string => {
    const value = texts.get(name) ?? "";
    budget.text(value.length);
    return value;
  };
  return {
    render: (text) => placeholders.replace(text, valueFor),
    missing: () => missing,
  };
}
