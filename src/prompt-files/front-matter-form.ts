import { declaredArguments } from "../registry/contract/arguments.ts";
import { RegistryError } from "../registry/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../registry/json.ts";
import type { Tags, WritableTemplate } from "../registry/types.ts";
import { newlineOf, requireFrontMatter, splitFrontMatter } from "./front-matter.ts";
import { textOf } from "./inputs.ts";
import {
  fileProblem,
  lineAt,
  type PromptContent,
  type PromptFile,
  type PromptForm,
} from "./prompt-file.ts";
import { type Detail, differences, isSameJson, plainJson } from "./same-content.ts";
import { editYaml } from "./yaml-edit.ts";
import { membersOf, parseYaml } from "./yaml-map.ts";

/** Where a file is wrong: a line of the file, from a line of its body or of its front matter. */
export interface Lines {
  /** The line of the first fence. */
  readonly frontMatter: number;
  /** The line of a character of the body. */
  readonly inBody: (offset: number) => number;
}

/** A form of files with front matter, in its own keys. */
export interface Layout {
  readonly title: string;
  /** Whether a text without a second fence is body as a whole. */
  readonly isOptional: boolean;
  readonly read: (
    attributes: JsonObject,
    body: string,
    lines: Lines,
  ) => Omit<PromptFile, "name" | "description" | "hasDetails">;
  /** The attributes for what the details are to be; those that it has no keys for stay out. */
  readonly write: (
    attributes: JsonObject,
    wanted: PromptContent,
    changed: readonly (Detail | "template")[],
  ) => JsonObject;
  /** The body for another template. */
  readonly writeBody: (body: string, wanted: WritableTemplate, attributes: JsonObject) => string;
}

/** Exact values for what the keys of a form cannot say; null where there is none. */
const exactKeys = {
  arguments: "arguments",
  modelConfig: "model_config",
  responseFormat: "response_format",
} as const;
const exactDetails = Object.keys(exactKeys) as readonly (keyof typeof exactKeys)[];

/** A form of files whose front matter is in the given layout. */
export function frontMatterForm(layout: Layout): PromptForm {
  const read = (text: string) => readFile(layout, text);
  return {
    title: layout.title,
    read,
    edit(text, wanted, name) {
      const current: PromptContent =
        text === "" ? { template: { kind: "text", text: "" } } : read(text);
      const changed = differences(current, wanted);
      if (text !== "" && changed.length === 0) return text;
      const edited = editFile(layout, text, wanted, changed, name);
      const wrong = differences(read(edited), wanted);
      if (wrong.length === 0) return edited;
      throw new RegistryError(
        "invalid",
        `a ${layout.title} file cannot hold exactly this ${wrong.join(", ")}`,
      );
    },
  };
}

function readFile(layout: Layout, text: string): PromptFile {
  const { attributes, body, lines } = partsOf(layout, text);
  const native = layout.read(attributes, body, lines);
  const metadata = metadataOf(attributes);
  const { name, description } = attributes;
  const tags = { ...native.tags, ...tagsOf(metadata) };
  return {
    ...native,
    hasDetails: true,
    ...(typeof name === "string" ? { name } : {}),
    ...(typeof description === "string" ? { description } : {}),
    ...exactOf(metadata, lines),
    ...(Object.keys(tags).length > 0 ? { tags } : {}),
  };
}

function exactOf(metadata: JsonObject, { frontMatter }: Lines) {
  const { arguments: given, model_config: modelConfig, response_format: responseFormat } = metadata;
  const declared = given === undefined ? undefined : declaredArguments.safeParse(given ?? {});
  if (declared?.success === false) {
    throw fileProblem(
      frontMatter,
      "metadata.arguments is not in the form of the tag mcp.arguments",
    );
  }
  return {
    ...(declared === undefined ? {} : { arguments: declared.data }),
    ...(modelConfig === undefined ? {} : { modelConfig }),
    ...(responseFormat === undefined ? {} : { responseFormat }),
  };
}

function editFile(
  layout: Layout,
  text: string,
  wanted: PromptContent,
  changed: readonly (Detail | "template")[],
  name: string | undefined,
): string {
  const { attributes, body, parts } = partsOf(layout, text);
  const newline = newlineOf(text);
  const to = {
    ...(text === "" && name !== undefined ? { name } : {}),
    ...layout.write(withDescription(attributes, wanted, changed), wanted, changed),
  };
  const newBody = changed.includes("template") ? layout.writeBody(body, wanted.template, to) : body;
  const exact = withExact(layout, to, newBody, wanted, changed);
  const yaml = isSameJson(attributes, exact)
    ? parts.yaml
    : withLineEnds(editYaml(parts.yaml.replaceAll("\r\n", "\n"), exact), newline);
  const isFenced = parts.closing !== "" || yaml !== "";
  const opening =
    isFenced && parts.closing === "" ? `${parts.opening}---${newline}` : parts.opening;
  const closing = isFenced && parts.closing === "" ? `---${newline}` : parts.closing;
  return `${opening}${yaml}${closing}${newBody}`;
}

/** Adds exact values for the details that the layout's own keys do not say. */
function withExact(
  layout: Layout,
  attributes: JsonObject,
  body: string,
  wanted: PromptContent,
  changed: readonly (Detail | "template")[],
): JsonObject {
  const native = layout.read(attributes, body, { frontMatter: 1, inBody: () => 1 });
  const metadata = { ...metadataOf(attributes) };
  for (const detail of exactDetails) {
    if (!changed.includes(detail)) continue;
    const key = exactKeys[detail];
    delete metadata[key];
    if (!isSameJson(native[detail], wanted[detail])) metadata[key] = plainJson(wanted[detail]);
  }
  if (changed.includes("tags")) {
    const tags = Object.entries(wanted.tags ?? {}).filter(
      ([key, value]) => native.tags?.[key] !== value,
    );
    delete metadata.tags;
    if (tags.length > 0) metadata.tags = Object.fromEntries(tags);
  }
  const { metadata: _, ...rest } = attributes;
  return Object.keys(metadata).length === 0 ? rest : { ...rest, metadata };
}

function withDescription(
  attributes: JsonObject,
  { description }: PromptContent,
  changed: readonly (Detail | "template")[],
): JsonObject {
  if (!changed.includes("description")) return attributes;
  const { description: _, ...rest } = attributes;
  return description ? { ...rest, description } : rest;
}

function partsOf(layout: Layout, text: string) {
  const split = layout.isOptional ? splitFrontMatter(text) : requireFrontMatter(text);
  const mark = text.startsWith("\uFEFF") ? "\uFEFF" : "";
  const parts = split ?? { opening: mark, yaml: "", closing: "", body: text.slice(mark.length) };
  const start = text.length - parts.body.length;
  const lines: Lines = {
    frontMatter: lineAt(parts.opening, parts.opening.length) || 1,
    inBody: (offset) => lineAt(text, start + offset),
  };
  const before = lineAt(text, parts.opening.length) - 1;
  const attributes = membersOf(parseYaml(parts.yaml, before), before);
  return { attributes, body: parts.body, lines, parts };
}

/** The member of that name that is a map. */
export function mapIn(attributes: JsonObject, name: string): JsonObject {
  const member = attributes[name];
  return member !== undefined && isJsonObject(member) ? member : {};
}

export function metadataOf(attributes: JsonObject): JsonObject {
  return mapIn(attributes, "metadata");
}

function tagsOf(metadata: JsonObject): Tags {
  const tags = Object.entries(mapIn(metadata, "tags"));
  return Object.fromEntries(tags.map(([key, value]) => [key, textOf(value)]));
}

/** The keys of attributes that a form does not use. */
export function unusedKeys(
  attributes: JsonObject,
  used: readonly string[],
  prefix = "",
): readonly string[] {
  return Object.keys(attributes)
    .filter((key) => !used.includes(key))
    .map((key) => `${prefix}${key}`);
}

/** Attributes with members set; those that are undefined are left out. */
export function withMembers(
  attributes: JsonObject,
  members: Readonly<Record<string, JsonValue | undefined>>,
): JsonObject {
  const kept = Object.entries({ ...attributes, ...members }).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return Object.fromEntries(kept);
}

function withLineEnds(text: string, newline: string): string {
  return newline === "\n" ? text : text.replaceAll("\n", newline);
}
