import * as z from "zod";
import { declaredArguments } from "../registry/contract/arguments.ts";
import { RegistryError } from "../registry/errors.ts";
import {
  type JsonObject,
  type JsonValue,
  jsonValue,
  parseJson,
  record,
  stringifyJson,
} from "../registry/json.ts";
import { describeSchemaError } from "../registry/text/schema-problem.ts";
import { type WritableTemplate, writableMessage } from "../registry/types.ts";
import { newlineOf } from "./front-matter.ts";
import {
  fileProblem,
  type PromptContent,
  type PromptFile,
  type PromptForm,
} from "./prompt-file.ts";
import { differences, isSameJson, plainJson } from "./same-content.ts";

const messages = z.array(writableMessage).min(1);

/** Messages with everything beside them. promptfoo and the like take the list of messages alone. */
const promptObject = z.looseObject({
  name: z.string().optional(),
  description: z.string().optional(),
  template: z.string().optional(),
  messages: messages.optional(),
  arguments: declaredArguments.optional(),
  model_config: jsonValue.optional(),
  response_format: jsonValue.optional(),
  tags: record(z.string()).optional(),
});
const objectKeys = Object.keys(promptObject.shape);

/** A JSON list of messages, or an object that has one under `messages`, or a text under `template`. */
export const messageJson: PromptForm = {
  title: "JSON",
  read,
  edit(text, wanted, name) {
    if (text === "") return newText(wanted, name);
    const current = read(text);
    const changed = differences(current, wanted);
    const edited = changed.length === 0 ? text : editText(text, current, wanted);
    const wrong = differences(read(edited), wanted).filter(
      (detail) => current.hasDetails || detail === "template",
    );
    if (wrong.length === 0) return edited;
    throw new RegistryError("invalid", `a JSON file cannot hold exactly this ${wrong.join(", ")}`);
  },
};

/** Whether a JSON text is meant as a prompt, and not as the settings of some program. */
export function isPromptJson(text: string): boolean {
  const json = parse(text);
  if (Array.isArray(json)) return true;
  const keys = typeof json === "object" && json !== null ? Object.keys(json) : [];
  return keys.includes("messages") || keys.includes("template");
}

function read(text: string): PromptFile {
  const json = parse(text);
  if (Array.isArray(json)) {
    const list = checked(messages, json);
    return { template: { kind: "chat", messages: list }, hasDetails: false, unused: [] };
  }
  const object = checked(promptObject, json);
  const { name, description, model_config, response_format, tags } = object;
  return {
    template: templateOf(object),
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
    ...(object.arguments === undefined ? {} : { arguments: object.arguments }),
    ...(model_config === undefined ? {} : { modelConfig: model_config }),
    ...(response_format === undefined ? {} : { responseFormat: response_format }),
    ...(tags === undefined ? {} : { tags }),
    hasDetails: true,
    unused: Object.keys(object).filter((key) => !objectKeys.includes(key)),
  };
}

function templateOf({ template, messages: list }: z.infer<typeof promptObject>): WritableTemplate {
  if (template !== undefined && list === undefined) return { kind: "text", text: template };
  if (template === undefined && list !== undefined) return { kind: "chat", messages: list };
  throw fileProblem(1, "it must have either messages or a template");
}

function checked<Schema extends z.ZodType>(schema: Schema, json: unknown): z.infer<Schema> {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  throw fileProblem(1, `it is no list of messages: ${describeSchemaError(result.error)}`);
}

function parse(text: string): JsonValue {
  try {
    return parseJson(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw fileProblem(1, `it is not JSON: ${error instanceof Error ? error.message : error}`);
  }
}

function newText(wanted: PromptContent, name: string | undefined): string {
  const object = objectOf(wanted, {});
  const { messages: list, template: _, ...more } = object;
  const isList = Array.isArray(list) && Object.keys(more).length === 0;
  return `${stringifyJson(isList ? list : { ...(name === undefined ? {} : { name }), ...object }, 2)}\n`;
}

function editText(text: string, current: PromptFile, wanted: PromptContent): string {
  const before = parse(text);
  const after =
    !Array.isArray(before) && typeof before === "object" && before !== null
      ? objectOf(wanted, Object.fromEntries(Object.entries(before)))
      : plainJson(wanted.template.kind === "chat" ? wanted.template.messages : null);
  return replaceTexts(text, current, wanted, after) ?? print(text, after);
}

/** The text with other contents of messages in their places; undefined where more has changed. */
function replaceTexts(
  text: string,
  { template: old }: PromptFile,
  { template: wanted }: PromptContent,
  after: JsonValue,
): string | undefined {
  if (old.kind !== "chat" || wanted.kind !== "chat") return undefined;
  let edited = text;
  for (const [index, { content }] of old.messages.entries()) {
    const next = wanted.messages[index]?.content;
    if (typeof content !== "string" || typeof next !== "string" || content === next) continue;
    const [start, end, ...more] = edited.split(JSON.stringify(content));
    if (end === undefined || more.length > 0) return undefined;
    edited = `${start}${JSON.stringify(next)}${end}`;
  }
  return isSameJson(parse(edited), after) ? edited : undefined;
}

/** With the indentation, the line ends and the end of the text. */
function print(text: string, json: JsonValue): string {
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? "";
  const lines = stringifyJson(json, 2).split("\n");
  const indented = lines.map((line) =>
    line.replace(/^(?: {2})+/, (spaces) => indent.repeat(spaces.length / 2)),
  );
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const end = /\r?\n$/.exec(text)?.[0] ?? "";
  return mark + (indent === "" ? stringifyJson(json) : indented.join(newlineOf(text))) + end;
}

function objectOf(wanted: PromptContent, current: Record<string, JsonValue>): JsonObject {
  const { template, description, modelConfig, responseFormat, tags } = wanted;
  const held = {
    ...current,
    description: description || undefined,
    template: template.kind === "text" ? template.text : undefined,
    messages: template.kind === "chat" ? template.messages : undefined,
    arguments: isEmpty(wanted.arguments) ? undefined : wanted.arguments,
    model_config: modelConfig,
    response_format: responseFormat,
    tags: isEmpty(tags) ? undefined : tags,
  };
  const kept = Object.entries(held).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, plainJson(value)] as const],
  );
  return Object.fromEntries(kept);
}

function isEmpty(value: object | undefined): boolean {
  return value === undefined || Object.keys(value).length === 0;
}
