import type { TemplateSyntax } from "../template/syntax.ts";

/** Whether people can fill in a template, and whether it means what its author meant. */
export interface Fitness {
  /** Why nobody can fill in the template, and what to change, without a period; absent when somebody can. */
  readonly problem?: string;
  /** One sentence for each text that can be read but looks like another language. */
  readonly hints: readonly string[];
}

/** What the author of a template that cannot be filled in can do, by its syntax. */
export const corrections: Readonly<Record<TemplateSyntax, string>> = {
  mlflow: "register a valid text or list of messages",
  jinja2:
    'correct it, or, if this text is meant literally, write it between {% raw %} and {% endraw %}, or without "{%"',
  mustache: "correct it, or leave out the tag mcp.template_format if it is not mustache",
};
