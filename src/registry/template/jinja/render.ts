import { RegistryError } from "../../errors.ts";
import { Budget } from "../budget.ts";
import type { Renderer, Values } from "../renderer.ts";
import { type CompiledTemplate, compileJinja } from "./compile.ts";
import { Frame } from "./frame.ts";
import { jinjaFunctions } from "./functions.ts";
import { loadNunjucks, type Nunjucks } from "./nunjucks.ts";
import { parseJinja } from "./parse.ts";
import { JinjaProblem, renderingProblem } from "./problem.ts";
import { type Context, jinjaRuntime } from "./runtime.ts";
import { fromJson, type Value } from "./values.ts";

/**
 * Renders Jinja2: read and compiled by nunjucks, checked in between, run on our own runtime. A name
 * without a value is empty text, never missing, as in MLflow.
 * @param compiled what texts were compiled to before, and are kept for the next time
 */
export async function jinjaRenderer(
  values: Values,
  compiled: Map<string, CompiledTemplate>,
): Promise<Renderer> {
  const nunjucks = await loadNunjucks();
  const budget = new Budget();
  return {
    render(text) {
      try {
        const template = compiled.get(text) ?? compileJinja(nunjucks, parseJinja(nunjucks, text));
        compiled.set(text, template);
        return render(nunjucks, template, values, budget);
      } catch (error) {
        throw error instanceof JinjaProblem ? told(error) : error;
      }
    },
    missing: () => [],
  };
}

function render(
  nunjucks: Nunjucks,
  template: CompiledTemplate,
  values: Values,
  budget: Budget,
): string {
  const frame = new Frame();
  frame.topLevel = true;
  let rendered: string | undefined;
  const runtime = jinjaRuntime(nunjucks, budget);
  template.root({}, variables(values, budget), frame, runtime, (error, it) => {
    if (error) throw error;
    rendered = it;
  });
  if (rendered === undefined) throw renderingProblem("it gave no text");
  return rendered;
}

/** Every text has values of its own: what one changes, the next does not see. */
function variables(values: Values, budget: Budget): Context {
  const given = Object.entries(values).map(([name, it]): [string, Value] => [name, fromJson(it)]);
  const variables = new Map<string, Value>([...jinjaFunctions(budget), ...given]);
  return {
    get: (name) => variables.get(name),
    setVariable: (name, value) => {
      variables.set(name, value);
    },
    addExport: () => undefined,
  };
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
