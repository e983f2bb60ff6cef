import { RegistryError } from "../../../errors.ts";
import { Budget } from "../../budget.ts";
import type { Renderer, Values } from "../../renderer.ts";
import { parseJinja } from "../parse/parse.ts";
import { JinjaProblem } from "../problem.ts";
import { fromJson, type Value } from "../values/values.ts";
import { jinjaFunctions } from "./functions.ts";
import { TemplateRun } from "./run.ts";
import { VariableScope } from "./scope.ts";

/**
 * Renders Jinja2. A name without a value is empty text, never missing, as in MLflow. Nothing is
 * loaded, awaited or kept.
 */
export function jinjaRenderer(values: Values): Renderer {
  const budget = new Budget();
  return {
    render(text) {
      try {
        return new TemplateRun(budget).render(parseJinja(text), outermost(values, budget));
      } catch (error) {
        throw error instanceof JinjaProblem ? told(error) : error;
      }
    },
    missing: () => [],
  };
}

/** Every text has values of its own: what one changes, the next does not see. */
function outermost(values: Values, budget: Budget): VariableScope {
  const read = new Map<string, Value>();
  return new VariableScope((name) => {
    const given = Object.hasOwn(values, name) ? values[name] : undefined;
    if (given === undefined) return jinjaFunctions.get(name);
    const value = read.has(name) ? read.get(name) : fromJson(given, budget);
    read.set(name, value);
    return value;
  });
}

function told(problem: JinjaProblem): RegistryError {
  const where = problem.line === undefined ? "" : ` (line ${problem.line})`;
  const message =
    problem.kind === "syntax"
      ? `The template has "{%" and "%}" in it, so it is Jinja2, and cannot be read as that: ${problem.message}${where}. Register a corrected version.`
      : `The Jinja2 template cannot be rendered: ${problem.message}${where}. Change the values, or register a corrected version.`;
  const kind = problem.kind === "syntax" ? "unreadable" : "invalid";
  return new RegistryError(kind, message, {}, { cause: problem });
}
