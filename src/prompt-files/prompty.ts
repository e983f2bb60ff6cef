import { RegistryError } from "../registry/errors.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../registry/json.ts";
import { hasMustacheSyntax, templateSyntax as syntaxOf } from "../registry/template/syntax.ts";
import type { WritableTemplate } from "../registry/types.ts";
import { formatTag } from "../registry/versions/template-format.ts";
import {
  frontMatterForm,
  mapIn,
  metadataOf,
  unusedKeys,
  withMembers,
} from "./front-matter-form.ts";
import { argumentsOf } from "./inputs.ts";
import { readMessages, replaceContents, writeMessages } from "./prompty-body.ts";
import { readInputs, readOutputs, writeInputs } from "./prompty-inputs.ts";
import { readModel, writeModel } from "./prompty-model.ts";

/**
 * Prompty, version 1 and 2 (the packages `prompty` 0.1 and 2.1). `metadata.kind: text` marks a text prompt:
 * its body is one user message, which is what a text prompt is for a model.
 */
export const prompty = frontMatterForm({
  title: "Prompty",
  isOptional: false,
  read(attributes, body) {
    const template = readTemplate(attributes, body);
    const modelConfig = readModel(attributes);
    const responseFormat = readOutputs(attributes.outputs);
    const declared = argumentsOf(readInputs(attributes));
    const isMustache =
      templateKind(attributes.template) === "mustache" && hasMustacheSyntax(template);
    return {
      template,
      ...(declared === undefined ? {} : { arguments: declared }),
      ...(modelConfig === undefined ? {} : { modelConfig }),
      ...(responseFormat === undefined ? {} : { responseFormat }),
      ...(isMustache ? { tags: { [formatTag]: "mustache" } } : {}),
      unused: [
        ...unusedKeys(attributes, used),
        ...unusedKeys(mapIn(attributes, "model"), usedOfModel, "model."),
      ],
    };
  },
  write(attributes, wanted, changed) {
    const isNew = attributes.model === undefined;
    const kind = wanted.template.kind === "text" ? "text" : undefined;
    const metadata = withMembers(metadataOf(attributes), { kind });
    const isMustache =
      wanted.tags?.[formatTag] === "mustache" && hasMustacheSyntax(wanted.template);
    return withMembers(attributes, {
      model:
        isNew || changed.includes("modelConfig")
          ? writeModel(mapIn(attributes, "model"), wanted.modelConfig)
          : attributes.model,
      inputs: changed.includes("arguments")
        ? writeInputs(attributes.inputs, wanted)
        : attributes.inputs,
      outputs: changed.includes("responseFormat") ? undefined : attributes.outputs,
      template:
        isNew || changed.includes("tags")
          ? writeTemplate(attributes.template, isMustache, wanted.template)
          : attributes.template,
      metadata: changed.includes("template") || isNew ? metadata : attributes.metadata,
    });
  },
  writeBody(body, wanted) {
    const messages =
      wanted.kind === "chat" ? wanted.messages : [{ role: "user", content: wanted.text }];
    const edited = body === "" ? undefined : replaceContents(body, messages);
    const written = edited ?? writeMessages(messages);
    if (written !== undefined) return written;
    throw new RegistryError(
      "invalid",
      "a Prompty file cannot hold exactly these messages: it strips blank lines around a message, takes lines such as user: for roles, and has no parts and no tool calls",
    );
  },
});

const used = ["name", "description", "model", "inputs", "outputs", "template", "metadata"];
const usedOfModel = ["id", "provider", "options", "parameters", "api", "apiType"];

function readTemplate(attributes: JsonObject, body: string): WritableTemplate {
  const messages = readMessages(body);
  if (metadataOf(attributes).kind === "text") return readText(messages ?? [], body);
  const text = body.replaceAll("\r\n", "\n").replace(/^\n+/, "").trimEnd();
  if (messages === undefined && mapIn(attributes, "model").api === "completion") {
    return { kind: "text", text };
  }
  const found =
    messages ?? (text === "" ? [] : [{ role: "system", attributes: {}, content: text }]);
  if (found.length === 0)
    throw new RegistryError("invalid", "there is no message below the front matter");
  return {
    kind: "chat",
    messages: found.map(({ role, attributes: more, content }) => ({ role, content, ...more })),
  };
}

function readText(
  messages: readonly { readonly role: string; readonly content: string }[],
  body: string,
): WritableTemplate {
  const [message, ...more] = messages;
  if (message?.role === "user" && more.length === 0) return { kind: "text", text: message.content };
  if (messages.length === 0 && body.trim() === "") return { kind: "text", text: "" };
  throw new RegistryError(
    "invalid",
    "metadata.kind is text, so that the text must be the only message, below a line user:",
  );
}

function templateKind(template: JsonValue | undefined): string | undefined {
  if (typeof template === "string") return template;
  if (template === undefined || !isJsonObject(template)) return undefined;
  const { format, type } = template;
  if (typeof format === "string") return format;
  const kind = mapIn(template, "format").kind ?? type;
  return typeof kind === "string" ? kind : undefined;
}

/**
 * Without a template, Prompty renders Jinja2 and LangChain mustache: the same where there are only
 * variables. What only one of them renders names its renderer, so that the other refuses the file.
 */
function writeTemplate(
  current: JsonValue | undefined,
  isMustache: boolean,
  template: WritableTemplate,
): JsonValue | undefined {
  const kind = isMustache ? "mustache" : syntaxOf(template) === "jinja2" ? "jinja2" : undefined;
  if (kind === undefined) return templateKind(current) === "mustache" ? undefined : current;
  if (templateKind(current) === kind) return current;
  return { type: kind, format: kind, parser: "prompty" };
}
