import { RegistryError } from "../registry/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../registry/json.ts";
import { hasMustacheSyntax } from "../registry/template/syntax.ts";
import { formatTag } from "../registry/versions/template-format.ts";
import { readBody, writeBody } from "./dotprompt-body.ts";
import { frontMatterForm, mapIn, unusedKeys, withMembers } from "./front-matter-form.ts";
import { argumentsOf, type FileInput, schemaOf } from "./inputs.ts";
import { fileModelOf, modelConfigOf } from "./model-config.ts";
import { readPicoschema } from "./picoschema.ts";
import type { PromptContent } from "./prompt-file.ts";

/** Dotprompt 1.1 (Genkit): Handlebars with roles, and Picoschema or JSON Schema for inputs and output. */
export const dotprompt = frontMatterForm({
  title: "dotprompt",
  isOptional: true,
  read(attributes, body, { frontMatter, inBody }) {
    const template = readBody(body, inBody);
    const declared = argumentsOf(readInputs(attributes, frontMatter));
    const { model } = attributes;
    const modelConfig = modelConfigOf({
      ...(typeof model === "string" ? { name: model } : {}),
      options: mapIn(attributes, "config"),
    });
    const { schema } = mapIn(attributes, "output");
    return {
      template,
      ...(declared === undefined ? {} : { arguments: declared }),
      ...(modelConfig === undefined ? {} : { modelConfig }),
      ...(schema === undefined ? {} : { responseFormat: readPicoschema(schema, frontMatter) }),
      ...(hasMustacheSyntax(template) ? { tags: { [formatTag]: "mustache" } } : {}),
      unused: [
        ...unusedKeys(attributes, used),
        ...unusedKeys(mapIn(attributes, "output"), ["schema", "format"], "output."),
      ],
    };
  },
  write(attributes, wanted, changed) {
    const model = wanted.modelConfig === undefined ? undefined : fileModelOf(wanted.modelConfig);
    const options = model?.options ?? {};
    return withMembers(attributes, {
      ...(changed.includes("modelConfig")
        ? { model: model?.name, config: Object.keys(options).length > 0 ? options : undefined }
        : {}),
      ...(changed.includes("arguments") ? { input: writeInputs(wanted) } : {}),
      ...(changed.includes("responseFormat") ? { output: writeOutput(wanted.responseFormat) } : {}),
    });
  },
  writeBody(body, wanted) {
    const written = writeBody(body, wanted);
    if (written !== undefined) return written;
    throw new RegistryError(
      "invalid",
      "a dotprompt file cannot hold exactly these messages: it has no parts and no tool calls",
    );
  },
});

const used = ["name", "description", "model", "config", "input", "output", "metadata"];

function readInputs(attributes: JsonObject, line: number): readonly FileInput[] {
  const { schema, default: defaults } = mapIn(attributes, "input");
  const fallbacks = defaults !== undefined && isJsonObject(defaults) ? defaults : {};
  const read = schema === undefined ? {} : readPicoschema(schema, line);
  const required = Array.isArray(read.required) ? read.required : [];
  const names = [
    ...new Set([...Object.keys(mapIn(read, "properties")), ...Object.keys(fallbacks)]),
  ];
  return names.map((name) => ({
    name,
    schema: mapIn(mapIn(read, "properties"), name),
    ...(required.includes(name) || schema === undefined ? {} : { required: false }),
    default: Object.hasOwn(fallbacks, name) ? fallbacks[name] : undefined,
  }));
}

function writeInputs({ arguments: declared = {} }: PromptContent): JsonValue | undefined {
  const entries = Object.entries(declared);
  if (entries.length === 0) return undefined;
  const required = entries.filter(([, { required: must = true }]) => must).map(([name]) => name);
  const defaults = entries.flatMap(([name, { default: text }]) =>
    text === undefined ? [] : [[name, text] as const],
  );
  return {
    schema: {
      type: "object",
      properties: Object.fromEntries(entries.map(([name, one]) => [name, schemaOf(one)])),
      ...(required.length > 0 ? { required } : {}),
    },
    ...(defaults.length > 0 ? { default: Object.fromEntries(defaults) } : {}),
  };
}

function writeOutput(format: JsonValue | undefined): JsonValue | undefined {
  return format === undefined ? undefined : { format: "json", schema: format };
}
