import type { Template } from "../types.ts";
import { contentStringsOf, stringsOf } from "./strings.ts";

export interface TemplateOptions {
  /** Whether the version or its prompt has the tag `mcp.template_format` = `mustache`. */
  readonly mustache?: boolean;
}

/** The syntax in which a template's variables are found and replaced. */
export type TemplateSyntax = "mlflow" | "jinja2" | "mustache";

/**
 * Detects Jinja2 as MLflow 3.9 to 3.18 does: a template with `{%` and `%}` anywhere in one text is
 * Jinja2, and one such message makes the whole chat Jinja2. Only contents count, not tool calls.
 */
export function templateSyntax(template: Template): "mlflow" | "jinja2" {
  const texts = contentStringsOf(template);
  const isJinja = texts.some((text) => text.includes("{%") && text.includes("%}"));
  return isJinja ? "jinja2" : "mlflow";
}

/**
 * Whether the template has a mustache tag other than a plain `{{ name }}`: a section, an inverted section,
 * an unescaped variable, a comment, a partial or a change of delimiters.
 */
export function hasMustacheSyntax(template: Template): boolean {
  return stringsOf(template).some((text) => /\{\{\s*[#^&>!={]/.test(text));
}

/** The opt-in to mustache applies only to a template with mustache tags. */
export function syntaxOf(template: Template, options: TemplateOptions = {}): TemplateSyntax {
  return options.mustache && hasMustacheSyntax(template) ? "mustache" : templateSyntax(template);
}
