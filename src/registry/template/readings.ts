import type { TemplateSpans } from "mustache";
import { oncePer } from "../once-per.ts";
import type { Template } from "../types.ts";
import type { CompiledTemplate } from "./jinja/compile.ts";
import { Placeholders, variablesOf } from "./mlflow.ts";

/** What templates are read as, whatever the values: read once, kept as long as the template is. */
export class TemplateReadings {
  /** MLflow's count. */
  readonly variables = oncePer(variablesOf);
  readonly placeholders = oncePer((_: Template) => new Placeholders());
  /** By text of the template. */
  readonly jinja = oncePer((_: Template) => new Map<string, CompiledTemplate>());
  /** By text of the template. */
  readonly mustache = oncePer((_: Template) => new Map<string, TemplateSpans>());
}
