import * as z from "zod";
import { isJsonObject, type JsonValue } from "../../registry/json.ts";
import { contentStringsOf } from "../../registry/template/strings.ts";
import { templateSyntax } from "../../registry/template/syntax.ts";
import type { VersionDraft, WritableTemplate } from "../../registry/types.ts";
import { templateMessage } from "../../registry/types.ts";
import { originTag } from "../../registry/versions/provenance.ts";
import type { SourceVersion } from "../source.ts";
import type { LangfuseEntry } from "./entries.ts";

/** A version, and what people should know of it. */
export interface Converted {
  readonly source: SourceVersion;
  readonly notes: readonly string[];
}

/** Variables are `{{name}}` in both, so texts stay as they are. */
export function toVersion(entry: LangfuseEntry): Converted {
  const { version, config, commitMessage, createdAt, createdBy } = entry;
  const template = templateOf(entry);
  if (template === undefined) {
    return { source: { version, problem: "A message of it has no role." }, notes: [] };
  }
  const modelConfig = modelConfigOf(config);
  const created = z.iso.datetime({ offset: true }).safeParse(createdAt);
  const draft: VersionDraft = {
    template,
    commitMessage: commitMessage ?? "",
    ...(modelConfig === undefined ? {} : { modelConfig }),
    tags: {
      ...(created.success ? { [originTag.createdAt]: new Date(created.data).toISOString() } : {}),
      ...(createdBy ? { [originTag.registeredBy]: createdBy } : {}),
    },
  };
  return { source: { version, draft }, notes: notesOf(entry, template) };
}

/** Undefined for messages that are none. */
function templateOf({ prompt }: LangfuseEntry): WritableTemplate | undefined {
  if (typeof prompt === "string") return { kind: "text", text: prompt };
  const messages = z.array(templateMessage).safeParse(prompt.map(messageOf));
  return messages.success ? { kind: "chat", messages: messages.data } : undefined;
}

/** Langfuse marks a message with a type of its own. Its placeholders are those of this program. */
function messageOf(stored: Readonly<Record<string, unknown>>) {
  const { type, ...rest } = stored;
  return type === "placeholder" ? stored : rest;
}

/** MLflow calls the model `model_name`. */
function modelConfigOf(config: JsonValue | undefined): JsonValue | undefined {
  if (config === undefined || config === null || !isJsonObject(config)) return undefined;
  if (Object.keys(config).length === 0) return undefined;
  const { model, ...rest } = config;
  if (typeof model !== "string" || "model_name" in config) return config;
  return { model_name: model, ...rest };
}

function notesOf({ version, config }: LangfuseEntry, template: WritableTemplate): string[] {
  const texts = contentStringsOf(template);
  return [
    ...(config === undefined || config === null || isJsonObject(config)
      ? []
      : [`The config of version ${version} was left out: it is no object.`]),
    ...(templateSyntax(template) === "jinja2"
      ? [`Version ${version} has "{%", which MLflow reads as Jinja2.`]
      : []),
    ...(texts.some((text) => text.includes("@@@langfusePrompt:"))
      ? [`Version ${version} refers to another prompt of Langfuse, which MLflow does not resolve.`]
      : []),
  ];
}
