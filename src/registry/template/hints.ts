import { quote } from "../errors.ts";
import type { TemplateSyntax } from "./syntax.ts";

/** Text of another template language, which can be read here but means something else. */
interface ForeignForm {
  readonly syntaxes: readonly TemplateSyntax[];
  /** A pattern that runs in linear time. */
  readonly pattern: RegExp;
  /** The end of a sentence about the text found, and what to write instead. */
  readonly says: string;
}

const handlebars =
  "looks like Handlebars and stays in the text as it is. Write conditions and loops in Jinja2 ({% if x %}, {% for x in xs %}), or in mustache with the version tag mcp.template_format";

/** The forms are in the order of the hints. Only the first text of each form is reported. */
const foreignForms: readonly ForeignForm[] = [
  {
    syntaxes: ["mlflow", "jinja2", "mustache"],
    pattern:
      /^\s{0,9}(?:\[\s{0,9}\{\s{0,9}"(?:role|type|lc)"\s{0,9}:|\{[^[\]]{0,300}"(?:messages|prompt|contents)"\s{0,9}:\s{0,9}\[)/,
    says: "is JSON with chat messages, but the prompt is one text. To have a chat prompt, register the list of messages as messages, in place of template",
  },
  {
    syntaxes: ["mlflow"],
    pattern: /\{\{[~\s]{0,9}[#/^>][^{}]{0,60}\}\}/,
    says: handlebars,
  },
  {
    syntaxes: ["mlflow", "mustache"],
    pattern: /\{\{[~\s]{0,9}else\b[^{}]{0,60}\}\}/,
    says: "looks like Handlebars, and is no keyword here. Write the second case in Jinja2 ({% else %}), or in mustache as an inverted section ({{^x}})",
  },
  {
    syntaxes: ["mlflow"],
    pattern: /\{\{\{[^{}]{1,60}\}\}\}/,
    says: "looks like Handlebars: here only the inner two braces are replaced, and the outer ones stay. Nothing is escaped here, so write two braces",
  },
  {
    syntaxes: ["mlflow"],
    pattern: /\{\{[^{}|]{1,60}\|[^{}]{1,60}\}\}/,
    says: 'looks like a filter of Jinja2, Liquid or Twig, and stays in the text as it is, because a template without "{%" is not Jinja2. Give the value as it should be, or make the template Jinja2',
  },
  {
    syntaxes: ["mlflow", "jinja2", "mustache"],
    pattern:
      /\$\{\{\s{0,9}(?:env|github|inputs|jobs?|matrix|needs|runner|secrets|steps|strategy|vars)\.[^{}]{1,60}\}\}/,
    says: "looks like an expression of GitHub Actions. Here its braces mark a variable. To show such a text, write it between {% raw %} and {% endraw %}",
  },
  {
    syntaxes: ["mlflow"],
    pattern: /\{\{\s{0,9}[\p{L}_][\p{L}\p{N}_.]{0,40}-[\p{L}\p{N}_.-]{1,40}\s{0,9}\}\}/u,
    says: "is not listed as a variable, because its name has a hyphen. Write the name with _",
  },
  {
    syntaxes: ["jinja2"],
    pattern: /\{\{\s{0,9}[\p{L}_][\p{L}\p{N}_.]{0,40}-[\p{L}\p{N}_.-]{1,40}\s{0,9}\}\}/u,
    says: "is a subtraction in Jinja2. If it is the name of a variable, write it with _",
  },
  {
    syntaxes: ["mlflow"],
    pattern: /\{\{\s{0,9}[a-zA-Z0-9_.]{0,40}[^\p{ASCII}\s][^\s{}|]{0,40}\s{0,9}\}\}/u,
    says: "is not listed as a variable, because its name has letters other than a to z. Write the name with those, digits and _",
  },
  {
    syntaxes: ["mlflow"],
    pattern: /(?<![\w{}$\\^#@!%`])\{[a-zA-Z_]\w{1,40}\}(?!\}|[^"\n]{0,20}")/,
    says: "looks like a variable of Python's format or LangChain, and stays in the text as it is. If it is a variable, write two braces: {{ name }}",
  },
  {
    syntaxes: ["mlflow"],
    pattern: /\{\{-?\s{0,9}\.[a-zA-Z_][^{}]{0,60}\}\}/,
    says: "looks like a template of Go, and stays in the text as it is. Write {{ name }} without the dot, and conditions and loops in Jinja2 ({% if x %}, {% for x in xs %})",
  },
  {
    syntaxes: ["mlflow"],
    pattern: /\{\{\s{0,9}(?!else\b)[a-zA-Z_]\w{0,40}\s{1,9}[^\s{}|][^{}|]{0,60}\}\}/,
    says: "stays in the text as it is: only a name stands between the braces. Write conditions, loops and expressions in Jinja2 ({% if x %}, {% for x in xs %})",
  },
  {
    syntaxes: ["mlflow"],
    pattern: /<%[=-]?[^%<>]{1,60}%>/,
    says: "looks like ERB or EJS, and stays in the text as it is. Write {{ name }}, and conditions and loops in Jinja2 ({% if x %}, {% for x in xs %})",
  },
  {
    syntaxes: ["mlflow"],
    pattern: /\{#[^#{}]{0,60}#\}/,
    says: 'looks like a comment of Jinja2, and stays in the text as it is, because a template without "{%" is not Jinja2. Delete it',
  },
  {
    syntaxes: ["jinja2"],
    pattern: /\{#[\p{L}\p{N}_-]{1,40}\}/u,
    says: 'begins a comment in Jinja2: everything up to the next "#}" is left out. If it is an anchor of Markdown, write it between {% raw %} and {% endraw %}',
  },
];

/**
 * Returns a sentence for each form of another template language, in time linear in the texts: what
 * was found, at which line, and what to write instead.
 */
export function foreignHints(texts: readonly string[], syntax: TemplateSyntax): readonly string[] {
  return foreignForms.flatMap(({ syntaxes, pattern, says }) => {
    if (!syntaxes.includes(syntax)) return [];
    for (const text of texts) {
      const found = pattern.exec(text);
      if (found === null) continue;
      const line = text.slice(0, found.index).split("\n").length;
      return [`${quote(found[0])} (line ${line}) ${says}.`];
    }
    return [];
  });
}
