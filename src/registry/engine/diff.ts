import { argumentsTag } from "../contract/arguments.ts";
import { canonical, canonicalValue, type JsonValue, stringifyJson } from "../json.ts";
import { versionUri } from "../references.ts";
import { toJsonText, toOneLine } from "../text/one-line.ts";
import type { ContentPart, PromptVersion, Template, TemplateMessage } from "../types.ts";
import type { TemplateEngine } from "./template-engine.ts";

export interface VersionDiff {
  /** A unified diff of the templates, or one line if only their line ends differ; "" when they are equal. */
  readonly diff: string;
  /** One sentence for each change that the diff does not show. */
  readonly otherChanges: readonly string[];
}

export async function diffVersions(
  engine: TemplateEngine,
  from: PromptVersion,
  to: PromptVersion,
): Promise<VersionDiff> {
  return {
    diff: await templateDiff(engine, from, to),
    otherChanges: otherChanges(from, to),
  };
}

async function templateDiff(
  engine: TemplateEngine,
  from: PromptVersion,
  to: PromptVersion,
): Promise<string> {
  const [before, after] = [formatTemplate(from.template), formatTemplate(to.template)];
  if (before === after) return "";
  const names = [versionUri(from.name, from.version), versionUri(to.name, to.version)] as const;
  return engine.diff(names, before, after);
}

/**
 * Formats a template for a diff. Each message of a chat follows a line with its role, and is indented
 * so that none of its lines looks like a role.
 */
function formatTemplate(template: Template): string {
  if (template.kind !== "chat") return template.text;
  return template.messages.map(formatMessage).join("\n");
}

function formatMessage({ role = "placeholder", content, ...others }: TemplateMessage): string {
  const body = Array.isArray(content) ? content.map(formatPart).join("\n") : (content ?? "");
  const further = Object.entries(others).map(
    ([key, value]) => `${toOneLine(key)}: ${toJsonText(value)}\n`,
  );
  return `[${toOneLine(role)}]\n${indent(body)}\n${further.join("")}`;
}

function indent(text: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? "" : `  ${line}`))
    .join("\n");
}

function formatPart(part: ContentPart): string {
  const { type, text } = part;
  return type === "text" && typeof text === "string" ? text : stringifyJson(part);
}

function otherChanges(from: PromptVersion, to: PromptVersion): readonly string[] {
  const { kind } = from.template;
  const changes = [
    kind === to.template.kind ? [] : [`The template changed from ${kind} to ${to.template.kind}.`],
    changed("LLM config", from.modelConfig, to.modelConfig),
    changed("response format", from.responseFormat, to.responseFormat),
    changed(`tag ${argumentsTag}`, from.tags[argumentsTag], to.tags[argumentsTag]),
  ];
  return changes.flat();
}

function changed(
  what: string,
  before: JsonValue | undefined,
  after: JsonValue | undefined,
): readonly string[] {
  if (before === undefined && after === undefined) return [];
  if (before === undefined) return [`The ${what} was added.`];
  if (after === undefined) return [`The ${what} was removed.`];
  if (canonical(before) === canonical(after)) return [];
  return canonicalValue(before) === canonicalValue(after)
    ? [`The ${what} has the same values, and numbers that are spelled in another way.`]
    : [`The ${what} changed.`];
}
