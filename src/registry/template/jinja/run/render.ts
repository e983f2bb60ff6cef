import { RegistryError } from "../../../errors.ts";
import { Budget } from "../../budget.ts";
import type { Renderer, Values } from "../../renderer.ts";
import type { Body } from "../parse/ast.ts";
import { parseJinja } from "../parse/parse.ts";
import { describeProblem, JinjaProblem } from "../problem.ts";
import { fromJson } from "../values/from-json.ts";
import type { Value } from "../values/values.ts";
import { jinjaFunctions } from "./functions.ts";
import { TemplateRun } from "./run.ts";
import { VariableScope } from "./scope.ts";

/**
 * Renders Jinja2. As in MLflow, a name without a value renders as empty text and is never reported as
 * missing. Templates cannot load anything, run asynchronously or keep state.
 */
export function jinjaRenderer(values: Values): Renderer {
  const budget = new Budget();
  return {
    render(text) {
      try {
        const body = parseJinja(text);
        return new TemplateRun(budget).render(body, createGlobalScope(values, body, budget));
      } catch (error) {
        throw error instanceof JinjaProblem ? toRegistryError(error) : error;
      }
    },
    missing: () => [],
  };
}

/** Creates the scope of one text. Each text gets its own copy of the values. */
function createGlobalScope(values: Values, body: Body, budget: Budget): VariableScope {
  const read = new Map<string, Value>();
  return new VariableScope((name) => {
    const given = Object.hasOwn(values, name) ? values[name] : undefined;
    if (given === undefined) return jinjaFunctions.get(name);
    const value = read.has(name) ? read.get(name) : fromJson(given, budget);
    read.set(name, value);
    return value;
  }, body);
}

function toRegistryError(problem: JinjaProblem): RegistryError {
  const what = describeProblem(problem);
  const message =
    problem.kind === "syntax"
      ? `The template contains "{%" and "%}", so it is Jinja2, but it cannot be parsed: ${what}. Register a corrected version.`
      : `The Jinja2 template cannot be rendered: ${what}. Change the values, or register a corrected version.`;
  const kind = problem.kind === "syntax" ? "unreadable" : "invalid";
  return new RegistryError(kind, message, {}, { cause: problem });
}
