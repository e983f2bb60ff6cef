import { pythonJson } from "../stored-version.ts";
import type { Template } from "../types.ts";
import { Budget } from "./budget.ts";
import { pythonSpace } from "./python-space.ts";
import type { Renderer, Values } from "./renderer.ts";
import { spelled, stringsOf } from "./strings.ts";

const variablePattern = new RegExp(
  `\\{\\{${pythonSpace}*([a-zA-Z_][a-zA-Z0-9_]*(?:\\.[a-zA-Z_][a-zA-Z0-9_]*)*)${pythonSpace}*\\}\\}`,
  "g",
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
 * Replaces `{{ key }}` for every key there is a value for, be it a legal variable or not, in one
 * pass over the text.
 */
export function mlflowRenderer(template: Template, values: Values): Renderer {
  const spelledValues = new Map(
    Object.entries(values).map(([key, value]) => [key, spelled(value)]),
  );
  const missing = variablesOf(template).filter((name) => !spelledValues.has(name));
  const budget = new Budget();
  if (spelledValues.size === 0) return { render: (text) => text, missing: () => missing };

  const given = placeholders([...spelledValues.keys()]);
  return {
    render: (text) =>
      text.replace(given, (_, key: string) => {
        const value = spelledValues.get(key) ?? "";
        budget.text(value.length);
        return value;
      }),
    missing: () => missing,
  };
}

/** Whether MLflow would replace `{{ name }}` in the template, were there a value for it. */
export function isReplaced(template: Template, name: string): boolean {
  return stringsOf(template).some((text) => placeholders([name]).test(text));
}

function placeholders(names: readonly string[]): RegExp {
  const keys = names.map(literally).join("|");
  return new RegExp(`\\{\\{${pythonSpace}*(${keys})${pythonSpace}*\\}\\}`, "g");
}

function literally(key: string): string {
  return key.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
