import { argumentsTag } from "../contract/arguments.ts";
import { canonical, type JsonValue } from "../json.ts";
import { versionUri } from "../references.ts";
import { variablesOf } from "../template/mlflow.ts";
import { jsonText, oneLine } from "../text/one-line.ts";
import type { ChatMessage, ContentPart, PromptVersion, Template } from "../types.ts";
import type { TemplateEngine } from "./template-engine.ts";

/** What is different between two versions. */
export interface VersionDiff {
  /** A unified diff of the templates; "" when they are the same text. */
  readonly diff: string;
  readonly addedVariables: readonly string[];
  readonly removedVariables: readonly string[];
  /** One sentence each for what the diff does not show. */
  readonly otherChanges: readonly string[];
}

export async function diffVersions(
  engine: TemplateEngine,
  from: PromptVersion,
  to: PromptVersion,
): Promise<VersionDiff> {
  const before = new Set(variablesOf(from.template));
  const after = new Set(variablesOf(to.template));
  return {
    diff: await templateDiff(engine, from, to),
    addedVariables: [...after].filter((name) => !before.has(name)),
    removedVariables: [...before].filter((name) => !after.has(name)),
    otherChanges: otherChanges(from, to),
  };
}

async function templateDiff(
  engine: TemplateEngine,
  from: PromptVersion,
  to: PromptVersion,
): Promise<string> {
  const [before, after] = [readable(from.template), readable(to.template)];
  if (before === after) return "";
  const names = [versionUri(from.name, from.version), versionUri(to.name, to.version)] as const;
  return engine.diff(names, before, after);
}

/**
 * A template as a person reads it; a chat's messages each under their role, and indented, so that no
 * message has a line that looks like another one's role.
 */
function readable(template: Template): string {
  if (template.kind !== "chat") return template.text;
  return template.messages.map(readableMessage).join("\n");
}

function readableMessage({ role, content, ...others }: ChatMessage): string {
  const body = Array.isArray(content) ? content.map(readablePart).join("\n") : (content ?? "");
  const further = Object.entries(others).map(
    ([key, value]) => `${oneLine(key)}: ${jsonText(value)}\n`,
  );
  return `[${oneLine(role)}]\n${indented(body)}\n${further.join("")}`;
}

function indented(text: string): string {
  return text
    .split("\n")
    .map((line) => (line === "" ? "" : `  ${line}`))
    .join("\n");
}

function readablePart(part: ContentPart): string {
  const { type, text } = part;
  return type === "text" && typeof text === "string" ? text : JSON.stringify(part);
}

function otherChanges(from: PromptVersion, to: PromptVersion): readonly string[] {
  const { kind } = from.template;
  const changes = [
    kind === to.template.kind ? [] : [`The template changed from ${kind} to ${to.template.kind}.`],
    changed("model config", from.modelConfig, to.modelConfig),
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
  return canonical(before) === canonical(after) ? [] : [`The ${what} changed.`];
}
