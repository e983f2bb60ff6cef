import { quote, RegistryError } from "../errors.ts";
import type { ChatMessage, Template } from "../types.ts";
import { jinjaRenderer } from "./jinja/render.ts";
import { mlflowRenderer, Placeholders, variablesOf } from "./mlflow.ts";
import { mustacheRenderer } from "./mustache.ts";
import type { TemplateReadings } from "./readings.ts";
import type { Rendered, RenderedMessage } from "./rendered.ts";
import type { Renderer, Values } from "./renderer.ts";
import { mapPart } from "./strings.ts";
import { syntaxOf, type TemplateOptions } from "./syntax.ts";

export interface RenderOptions extends TemplateOptions {
  /** Leaves a variable without a value as it stands. Has no effect on Jinja2, as in MLflow. */
  readonly allowPartial?: boolean;
  /** Where a template that has been read before is found again. */
  readonly readings?: TemplateReadings;
}

/**
 * Fills in a template's variables, as MLflow's `PromptVersion.format` does (3.18's rule: one pass,
 * names taken literally, values never expanded again). Values that are no strings are written as
 * JSON; in Jinja2 they are values. Values that the template has no variable for are ignored.
 * @throws RegistryError `invalid` naming all the variables without a value, or what fails in a
 *   Jinja2 or mustache template; `unreadable` for a template that cannot be understood
 */
export async function renderTemplate(
  template: Template,
  values: Values,
  options: RenderOptions = {},
): Promise<Rendered> {
  const { rendered, missing } = await render(template, values, options);
  if (missing.length > 0 && !options.allowPartial) {
    throw new RegistryError(
      "invalid",
      `The template has no value for ${missing.map(quote).join(", ")}. Give a value for each.`,
    );
  }
  return rendered;
}

/** The variables that `renderTemplate` would ask for, in order of first appearance. */
export async function missingVariables(
  template: Template,
  values: Values,
  options: RenderOptions = {},
): Promise<readonly string[]> {
  return (await render(template, values, options)).missing;
}

async function render(template: Template, values: Values, options: RenderOptions) {
  if (template.kind === "unreadable") {
    throw new RegistryError(
      "unreadable",
      `The template cannot be rendered: ${template.problem}. Register a new version with a template that can.`,
    );
  }
  const renderer = await rendererOf(template, values, options);
  try {
    const rendered: Rendered =
      template.kind === "text"
        ? { kind: "text", text: renderer.render(template.text) }
        : { kind: "chat", messages: template.messages.map((it) => renderMessage(it, renderer)) };
    return { rendered, missing: renderer.missing() };
  } catch (error) {
    throw error instanceof RangeError ? tooDeep(error) : error;
  }
}

/** What is nested without end, as a macro that calls itself, ends where the stack does. */
function tooDeep(cause: RangeError): RegistryError {
  return new RegistryError(
    "invalid",
    "The template was given up: it, or a value, is nested too deeply. Make it flatter.",
    {},
    { cause },
  );
}

function renderMessage({ role, content }: ChatMessage, renderer: Renderer): RenderedMessage {
  if (content === undefined || content === null) return { role, content: "" };
  if (typeof content === "string") return { role, content: renderer.render(content) };
  return {
    role,
    content: content.map((part) => mapPart(part, (text) => renderer.render(text))),
  };
}

async function rendererOf(
  template: Template,
  values: Values,
  options: RenderOptions,
): Promise<Renderer> {
  const { readings } = options;
  switch (syntaxOf(template, options)) {
    case "mlflow":
      return mlflowRenderer(
        readings?.variables(template) ?? variablesOf(template),
        values,
        readings?.placeholders(template) ?? new Placeholders(),
      );
    case "jinja2":
      return jinjaRenderer(values, readings?.jinja(template) ?? new Map());
    case "mustache":
      return mustacheRenderer(values, {
        ...options,
        parsed: readings?.mustache(template) ?? new Map(),
      });
  }
}
