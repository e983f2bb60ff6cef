import { RegistryError } from "../errors.ts";
import type { Template } from "../types.ts";
import { type FillResult, fillTemplate } from "./fill.ts";
import { jinjaRenderer } from "./jinja/run/render.ts";
import { mlflowRenderer, variablesOf } from "./mlflow.ts";
import { mustacheRenderer } from "./mustache/renderer.ts";
import type { Renderer, Values } from "./renderer.ts";
import { syntaxOf, type TemplateOptions } from "./syntax.ts";

export interface RenderOptions extends TemplateOptions {
  /** Leaves variables without a value unchanged. Has no effect on Jinja2, as in MLflow. */
  readonly allowPartial?: boolean;
}

/**
 * Renders a template as MLflow 3.18's `PromptVersion.format` does: in one pass, with literal names,
 * without expanding values again. Writes values that are not strings as JSON; Jinja2 gets the values
 * themselves. Ignores values without a variable.
 *
 * The running time has no limit. Use a `TemplateEngine`, which limits it.
 * @throws RegistryError `invalid` when a Jinja2 or mustache template fails; `unreadable` for a
 *   template that cannot be parsed
 */
export async function renderTemplate(
  template: Template,
  values: Values,
  options: RenderOptions = {},
): Promise<FillResult> {
  const renderer = await rendererOf(template, values, options);
  try {
    return fillTemplate(template, renderer, values);
  } catch (error) {
    throw error instanceof RangeError ? tooDeep(error) : error;
  }
}

/** Endless nesting, such as a macro that calls itself, overflows the stack. */
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
