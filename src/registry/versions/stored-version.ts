import * as z from "zod";
import { isDiscussionTag } from "../discussion/discussion-tags.ts";
import { RegistryError } from "../errors.ts";
import type { JsonValue } from "../json.ts";
import { aliasHistoryTag, checkStoredJson, checkStoredText, isReservedTagKey } from "../limits.ts";
import { stringsOf } from "../template/strings.ts";
import {
  type StoredSpelling,
  type Tags,
  type Template,
  type TemplateMessage,
  templateMessage,
  type VersionDraft,
  type WritableTemplate,
  writableMessage,
} from "../types.ts";
import { encodeJson, jsonOrText, otherSpelling, parsedJson } from "./stored-json.ts";

/**
 * How MLflow stores a prompt in its model registry: as a registered model with the tag `is_prompt`,
 * whose versions store everything in tags (MLflow 3.8 to 3.17, `mlflow/prompt/constants.py`). Both
 * back ends read and write through this file, so that they cannot differ.
 */
export const storedTag = {
  isPrompt: "mlflow.prompt.is_prompt",
  text: "mlflow.prompt.text",
  type: "_mlflow_prompt_type",
  responseFormat: "_mlflow_prompt_response_format",
  modelConfig: "_mlflow_prompt_model_config",
} as const;

/** The placeholder that MLflow 3.17 requires as the source of a prompt version. */
export const promptSource = "prompt-template";

/** A user tag without a value counts as empty. A reserved tag without a value counts as absent. */
export function toTags(stored: readonly (readonly [string, string | null | undefined])[]): Tags {
  const known = stored.filter(([key, value]) => value != null || !isReservedTagKey(key));
  return Object.fromEntries(known.map(([key, value]) => [key, value ?? ""]));
}

export function isPrompt(tags: Tags): boolean {
  return tags[storedTag.isPrompt] === "true";
}

/** The tags without reserved ones. */
export function pickUserTags(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !isReservedTagKey(key)));
}

/** The part of a prompt that its tag with the history of aliases makes. */
export function pickAliasHistory(tags: Tags): { aliasHistory?: string } {
  const aliasHistory = tags[aliasHistoryTag];
  return aliasHistory === undefined ? {} : { aliasHistory };
}

/** The tag with a unique value for each version, even for versions with the same content. */
export const writeIdTag = "mcp.write_id";

/**
 * Tags that record how to use one version and where it came from. On the prompt, they would apply to
 * later versions too.
 */
const versionOnlyTags = [
  "mcp.arguments",
  "mcp.template_format",
  "mcp.registered_by",
  "mcp.client",
  "mcp.base_version",
  "mcp.copied_from",
  "mcp.created_at",
  writeIdTag,
];

/** Sets the write id. It replaces the id of the version that the draft was made from. */
export function withWriteId(draft: VersionDraft, id: string): VersionDraft {
  return { ...draft, tags: { ...draft.tags, [writeIdTag]: id } };
}

/**
 * The description and tags of a new prompt: the commit message and the tags of its first version
 * (MLflow 3.8 to 3.17).
 */
export function toPromptDetails(draft: VersionDraft): { description: string; tags: Tags } {
  const shared = Object.entries(draft.tags ?? {}).filter(
    ([key]) => !versionOnlyTags.includes(key) && !isDiscussionTag(key),
  );
  return { description: draft.commitMessage ?? "", tags: Object.fromEntries(shared) };
}

/** What the tags of a version say. */
interface DecodedVersion {
  readonly template: Template;
  readonly tags: Tags;
  readonly modelConfig?: JsonValue;
  readonly responseFormat?: JsonValue;
  readonly stored?: StoredSpelling;
}

export function decodeVersionTags(tags: Tags): DecodedVersion {
  const { [storedTag.modelConfig]: config, [storedTag.responseFormat]: format } = tags;
  const template = decodeTemplate(tags);
  const modelConfig = config === undefined ? undefined : jsonOrText(config);
  const responseFormat = format === undefined ? undefined : jsonOrText(format);
  const messages = template.kind === "chat" ? tags[storedTag.text] : undefined;
  const stored: StoredSpelling = {
    ...(template.kind === "chat" ? otherSpelling("messages", messages, template.messages) : {}),
    ...otherSpelling("modelConfig", config, modelConfig),
    ...otherSpelling("responseFormat", format, responseFormat),
  };
  return {
    template,
    tags: pickUserTags(tags),
    ...(modelConfig === undefined ? {} : { modelConfig }),
    ...(responseFormat === undefined ? {} : { responseFormat }),
    ...(Object.keys(stored).length === 0 ? {} : { stored }),
  };
}

/**
 * The tags to store a new version with.
 * @throws RegistryError `invalid` when a value exceeds MLflow's limit of 100,000 characters
 */
export function encodeVersionTags(draft: VersionDraft): Tags {
  const { template, modelConfig, responseFormat, stored = {} } = draft;
  const tags: Record<string, string> = {
    ...draft.tags,
    [storedTag.isPrompt]: "true",
    [storedTag.type]: template.kind,
    [storedTag.text]: encodeTemplate(template, stored.messages),
  };
  if (responseFormat !== undefined) {
    const text = encodeJson(responseFormat, stored.responseFormat, jsonOrText);
    checkStoredJson("The response format", text);
    tags[storedTag.responseFormat] = text;
  }
  if (modelConfig !== undefined) {
    const text = encodeJson(modelConfig, stored.modelConfig, jsonOrText);
    checkStoredJson("The LLM config", text);
    tags[storedTag.modelConfig] = text;
  }
  for (const [key, value] of Object.entries(tags)) checkStoredText(`The value of ${key}`, value);
  return tags;
}

function encodeTemplate(template: WritableTemplate, stored: string | undefined): string {
  if (template.kind === "text") {
    checkStoredText("The template", template.text);
    return template.text;
  }
  const { messages } = template;
  requireWritable(messages);
  const text = encodeJson(messages, stored, (text) => decodeMessages(text).data);
  checkStoredJson("The messages", text, stringsOf(template));
  return text;
}

function requireWritable(messages: readonly TemplateMessage[]): void {
  const writable = z.array(writableMessage).min(1).safeParse(messages);
  if (writable.success) return;
  throw new RegistryError(
    "invalid",
    `MLflow cannot read the messages as a chat prompt: ${z.prettifyError(writable.error)}`,
  );
}

function decodeMessages(text: string) {
  return z.array(templateMessage).safeParse(parsedJson(text));
}

function decodeTemplate(tags: Tags): Template {
  const text = tags[storedTag.text];
  if (text === undefined) {
    return {
      kind: "unreadable",
      text: "",
      problem: `it has no text: the tag ${storedTag.text} is missing or has no value`,
    };
  }
  if (tags[storedTag.type] !== "chat") return { kind: "text", text };
  const messages = decodeMessages(text);
  if (!messages.success) {
    return {
      kind: "unreadable",
      text,
      problem: `it is marked as chat, but its text is not a list of messages: ${z.prettifyError(messages.error)}`,
    };
  }
  // MLflow reads an empty list as the text "[]".
  return messages.data.length === 0
    ? { kind: "text", text: "[]" }
    : { kind: "chat", messages: messages.data };
}
