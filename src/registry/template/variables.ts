import type { Template } from "../types.ts";
import { jinjaVariables } from "./jinja/undeclared.ts";
import { variablesOf } from "./mlflow.ts";
import { mustacheParameters } from "./mustache.ts";
import { stringsOf } from "./strings.ts";
import { syntaxOf, type TemplateOptions } from "./syntax.ts";

/** A name that a template takes a value for, and whether it cannot do without. */
export interface TemplateParameter {
  readonly name: string;
  readonly required: boolean;
}

/** The names that a person must or may give, in order of first appearance. */
export async function freeVariables(
  template: Template,
  options: TemplateOptions = {},
): Promise<readonly string[]> {
  return (await templateParameters(template, options)).map(({ name }) => name);
}

/**
 * The same, with whether a value is needed: always in MLflow's syntax; never in Jinja2, where a
 * missing value is empty; in mustache for a variable that is in no section.
 *
 * A template that is broken has the variables MLflow would count in it, so that it can be listed.
 */
export async function templateParameters(
  template: Template,
  options: TemplateOptions = {},
): Promise<readonly TemplateParameter[]> {
  if (template.kind === "unreadable") return [];
  switch (syntaxOf(template, options)) {
    case "mlflow":
      return parameters(variablesOf(template), true);
    case "jinja2":
      return parameters(
        (await jinjaVariables(stringsOf(template))) ?? variablesOf(template),
        false,
      );
    case "mustache":
      return (
        (await mustacheParameters(stringsOf(template))) ?? parameters(variablesOf(template), true)
      );
  }
}

function parameters(names: readonly string[], required: boolean): readonly TemplateParameter[] {
  return names.map((name) => ({ name, required }));
}
