import { RegistryError } from "../errors.ts";
import type { Template } from "../types.ts";
import { type Filled, fillTemplate } from "./fill.ts";
import { jinjaRenderer } from "./jinja/run/render.ts";
import { mlflowRenderer, variablesOf } from "./mlflow.ts";
import { mustacheRenderer } from "./mustache/renderer.ts";
import type { Renderer, Values } from "./renderer.ts";
import { syntaxOf, type TemplateOptions } from "./syntax.ts";

export interface RenderOptions extends TemplateOptions {
  /** Leaves a variable without a value as it stands. Has no effect on Jinja2, as in MLflow. */
  readonly allowPartial?: boolean;
}

/**
 * Fills in a template's variables, as MLflow's `PromptVersion.format` does (3.18's rule: one pass,
 * names taken literally, values never expanded again). Values that are no strings are written as
 * JSON; in Jinja2 they are values. Values that the template has no variable for are ignored.
 *
 * It takes as long as the template makes it: the program asks a `TemplateEngine`, which bounds that.
 * @throws RegistryError `invalid` for what fails in a Jinja2 or mustache template; `unreadable` for
 *   a template that cannot be understood
 */
export async function renderTemplate(
  template: Template,
  values: Values,
  options: RenderOptions = {},
): Promise<Filled> {
  const renderer = await rendererOf(template, values, options);
  try {
    return fillTemplate(template, renderer);
  } catch (error) {
    throw error instanceof RangeError ? tooDeep(error) : error;
  }
}

/** What is nested without end, as a macro that calls itself, ends where the stack does. */
function tooDeep(cause: RangeError): RegistryError {
  return new RegistryError(
    "invalid",
    "The template, or a value, is nested too deeply. Make it flatter.",
    {},
    { cause },
  );
}

async function rendererOf(
  template: Template,
  values: Values,
  options: RenderOptions,
): Promise<Renderer> {
  switch (syntaxOf(template, options)) {
    case "mlflow":
      return mlflowRenderer(variablesOf(template), values);
    case "jinja2":
      return jinjaRenderer(values);
    case "mustache":
      return mustacheRenderer(values, options);
  }
}
