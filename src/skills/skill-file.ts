import { textOf } from "../prompts/content.ts";
import type { Executed } from "../prompts/hosts.ts";
import { describeArgument, descriptionOf } from "../prompts/list-prompts.ts";
import type { Served } from "../prompts/memo.ts";
import { toPromptMessages } from "../prompts/messages.ts";
import { neutralizeCommands } from "../prompts/neutralize-commands.ts";
import type { PromptArgument } from "../registry/contract/arguments.ts";
import { skillNameOf } from "../registry/skill-uris.ts";
import { fillTemplate } from "../registry/template/fill.ts";
import { placeholdersIn } from "../registry/template/given-messages.ts";
import type { Values } from "../registry/template/renderer.ts";
import { syntaxOf, type TemplateSyntax } from "../registry/template/syntax.ts";
import { toOneLine } from "../registry/text/one-line.ts";
import type { Template } from "../registry/types.ts";
import { findTitle } from "../registry/versions/prompt-tags.ts";
import { isMustache } from "../registry/versions/template-format.ts";
import { type FrontMatter, writeFrontMatter } from "./front-matter.ts";

/** What the form of a skill depends on besides its version. */
export interface SkillForm {
  /** Whether the caller has the tool that fills in variables. */
  readonly canRender: boolean;
  /** What the client's host would execute. */
  readonly executed: Executed | undefined;
}

/** A `SKILL.md`, and its front matter as an object. */
export interface SkillFile {
  readonly frontMatter: FrontMatter;
  readonly text: string;
}

/** Agent Skills, "description field", in Unicode code points. */
const descriptionLength = 1_024;

/** Writes the `SKILL.md` of a version: what it is for, its variables, and its text as it is stored. */
export function writeSkillFile(
  served: Served,
  args: readonly PromptArgument[],
  { canRender, executed }: SkillForm,
): SkillFile {
  const { prompt, version } = served;
  const inert = (text: string) => withoutCommands(text, executed);
  const title = findTitle(prompt);
  const frontMatter = {
    name: skillNameOf(prompt.name),
    description: inert(shortened(descriptionOf(prompt, version, args))),
    metadata: {
      prompt: prompt.name,
      ...(title === undefined ? {} : { title: inert(title) }),
      version: String(version.version),
    },
  };
  const syntax = syntaxOf(version.template, { mustache: isMustache(version, prompt.tags) });
  const sections = [
    ...(args.length === 0 ? [] : [explainVariables(served, args, syntax, canRender)]),
    textIn(version.template),
  ];
  return {
    frontMatter,
    text: `${writeFrontMatter(frontMatter)}\n${inert(sections.join("\n\n"))}\n`,
  };
}

const meanings: Readonly<Record<TemplateSyntax, string>> = {
  mlflow: "Each `{{ name }}` in the text below stands for a value.",
  jinja2:
    "The text below is a Jinja2 template: each `{{ name }}` stands for a value, and `{% if %}` and `{% for %}` decide by values which parts hold.",
  mustache:
    "The text below is a mustache template: each `{{name}}` stands for a value, and `{{#name}}…{{/name}}` and `{{^name}}…{{/name}}` hold or not by a value.",
};

function explainVariables(
  { version }: Served,
  args: readonly PromptArgument[],
  syntax: TemplateSyntax,
  canRender: boolean,
): string {
  const call = { name: version.name, version: version.version, variables: {} };
  const tool = `The tool \`render_prompt\` of this server returns the text filled in: \`${toOneLine(JSON.stringify(call))}\`, with the values by name in \`variables\`.`;
  return [
    "## Variables",
    `${meanings[syntax]} Take the values from the task. Ask the person for a required value that you do not know.${canRender ? ` ${tool}` : ""}`,
    args.map(describeVariable).join("\n"),
    "## Text",
  ].join("\n\n");
}

function describeVariable(argument: PromptArgument): string {
  const need = argument.required ? "required" : "optional";
  return `- \`${toOneLine(argument.name)}\` (${need}): ${describeArgument(argument)}`;
}

/** The text as it is stored. Messages have their roles in front, as for hosts that take one message. */
function textIn(template: Template): string {
  if (template.kind === "text") return template.text;
  const unchanged = { render: (text: string) => text, missing: () => [] };
  const { rendered } = fillTemplate(template, unchanged, placeholderMarks(template));
  const [message] = toPromptMessages(rendered, { systemRole: "label", singleMessage: true });
  return message?.content.type === "text" ? message.content.text : "";
}

/** Messages that show where a placeholder stands: `[placeholder]`, and its name below. */
function placeholderMarks(template: Template): Values {
  const marks = placeholdersIn(template).map((name) => [
    name,
    { role: "placeholder", content: `{{ ${name} }}` },
  ]);
  return Object.fromEntries(marks);
}

function withoutCommands(text: string, executed: Executed | undefined): string {
  const [message] = neutralizeCommands([{ role: "user", content: textOf(text) }], executed);
  return message?.content.type === "text" ? message.content.text : text;
}

/** Never empty or blank. */
function shortened(description: string): string {
  const characters = [...description.trim().replace(/\p{Surrogate}/gu, "\ufffd")];
  if (characters.length <= descriptionLength) return characters.join("");
  return `${characters
    .slice(0, descriptionLength - 3)
    .join("")
    .trimEnd()}...`;
}
