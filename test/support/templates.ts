import { TemplateEngine } from "../../src/registry/engine/template-engine.ts";
import { runJob } from "../../src/registry/engine/template-job.ts";
import type { RenderOptions } from "../../src/registry/template/render.ts";
import type { Rendered } from "../../src/registry/template/rendered.ts";
import type { Values } from "../../src/registry/template/renderer.ts";
import type { TemplateOptions } from "../../src/registry/template/syntax.ts";
import type { Template } from "../../src/registry/types.ts";

/** Runs all jobs in this thread without a time limit: for tests that are not about limits. */
export const templates = new TemplateEngine(runJob);

export function renderTemplate(
  template: Template,
  values: Values,
  options: RenderOptions = {},
): Promise<Rendered> {
  return templates.render(template, values, options);
}

/** The names that a person must or may give. */
export async function freeVariables(
  template: Template,
  options: TemplateOptions = {},
): Promise<readonly string[]> {
  return (await templates.read(template, options)).parameters.map(({ name }) => name);
}

/** The variables that rendering would ask for. */
export async function missingVariables(
  template: Template,
  values: Values,
  options: RenderOptions = {},
): Promise<readonly string[]> {
  return (await runJob({ kind: "render", template, values, options })).missing;
}
