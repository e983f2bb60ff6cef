import * as z from "zod";
import type { PromptArgument } from "../../registry/contract/arguments.ts";
import { omitDiscussionTags } from "../../registry/discussion/discussion-tags.ts";
import { readVersion } from "../../registry/engine/prompt-arguments.ts";
import { isJsonObject, type JsonValue, stringifyJson } from "../../registry/json.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import { versionUri } from "../../registry/references.ts";
import type { ArgumentType } from "../../registry/template/parameters.ts";
import { toJsonText } from "../../registry/text/one-line.ts";
import { type PromptVersion, templateMessage } from "../../registry/types.ts";
import { usesMustache } from "../../registry/versions/template-format.ts";
import type { Session } from "../../session/session.ts";
import { describeOrigin, originFields, viewOrigin } from "./origin.ts";
import { line, ToolText } from "./tool-text.ts";

const storedJson = z
  .union([z.looseObject({}), z.string()])
  .optional()
  .describe("An object. Text if something else is stored.");

export const versionView = z.object({
  name: z.string(),
  version: z.int(),
  uri: z.string().describe("MLflow's URI of this version."),
  template: z.string().optional().describe("The text, of a text prompt."),
  messages: z.array(templateMessage).optional().describe("The messages, of a chat prompt."),
  arguments: z
    .array(
      z.object({
        name: z.string(),
        description: z.string().optional(),
        required: z.boolean(),
        type: z
          .union([z.string(), z.looseObject({})])
          .optional()
          .describe("How a text given for it is read. Absent: as it is."),
        default_value: z.string().optional(),
        allowed: z.array(z.string()).optional(),
        aliases: z.array(z.string()).optional().describe("Former names, which are still accepted."),
      }),
    )
    .describe("The variables to fill in, required ones first."),
  commit_message: z.string(),
  aliases: z.array(z.string()),
  tags: z.record(z.string(), z.string()),
  llm_config: storedJson,
  response_format: storedJson,
  ...originFields,
  problem: z
    .string()
    .optional()
    .describe("Why nobody can fill in the version, or what is wrong with its declared arguments."),
  hints: z
    .array(z.string())
    .optional()
    .describe(
      "Text that looks like another template language and means something else here. Absent if there is none.",
    ),
});

export type VersionView = z.infer<typeof versionView>;

export async function viewVersion(
  session: Session,
  version: PromptVersion,
  options: CallOptions,
): Promise<VersionView> {
  const { template } = version;
  const mustache = await usesMustache(session.registry, version, options);
  const read = await readVersion(session.templates, version, { mustache });
  const { arguments: args, declarationProblem } = read;
  const fitness = await session.templates.inspect(template, { mustache });
  const problem =
    fitness.problem ??
    (declarationProblem && `the tag mcp.arguments is wrong: ${declarationProblem}`);
  return {
    name: version.name,
    version: version.version,
    uri: versionUri(version.name, version.version),
    ...(template.kind === "chat"
      ? { messages: [...template.messages] }
      : { template: template.text }),
    arguments: template.kind === "unreadable" ? [] : args.map(viewArgument),
    commit_message: version.commitMessage,
    aliases: [...version.aliases],
    tags: omitDiscussionTags(version.tags),
    ...(version.modelConfig === undefined
      ? {}
      : { llm_config: viewStoredJson(version.modelConfig) }),
    ...(version.responseFormat === undefined
      ? {}
      : { response_format: viewStoredJson(version.responseFormat) }),
    ...viewOrigin(version),
    ...(problem === undefined ? {} : { problem }),
    ...(fitness.hints.length === 0 ? {} : { hints: [...fitness.hints] }),
  };
}

export function formatVersion(view: VersionView): ToolText {
  return ToolText.join(
    line`${view.name} version ${view.version} (${view.uri}), registered ${describeOrigin(view)}`,
    view.commit_message !== "" && line`Commit message: ${view.commit_message}`,
    view.aliases.length > 0 &&
      line`${view.aliases.length === 1 ? "Alias" : "Aliases"}: ${view.aliases.join(", ")}`,
    Object.keys(view.tags).length > 0 && line`Tags: ${toJsonText(view.tags)}`,
    formatArguments(view.arguments),
    view.llm_config !== undefined && line`LLM config: ${toJsonText(view.llm_config)}`,
    view.response_format !== undefined &&
      line`Response format: ${toJsonText(view.response_format)}`,
    view.problem !== undefined && line`Problem: ${view.problem}`,
    ...formatHints(view.hints),
    view.template === undefined
      ? ToolText.block("Messages", toJsonText(view.messages, 2))
      : ToolText.block("Template", view.template),
  );
}

export function formatHints(hints: readonly string[] = []): readonly ToolText[] {
  return hints.map((hint) => line`Hint: ${hint}`);
}

export function formatArguments(args: VersionView["arguments"]): ToolText {
  if (args.length === 0) return line`Variables: none`;
  const words = args.map(({ name, required, type, allowed, aliases }) => {
    const notes = [
      required ? "required" : "optional",
      type !== undefined && (typeof type === "string" ? type : `JSON Schema ${toJsonText(type)}`),
      allowed && `one of ${allowed.join(", ")}`,
      aliases && `also accepted as ${aliases.join(", ")}`,
    ];
    return `${name} (${notes.filter(Boolean).join(", ")})`;
  });
  return line`Variables: ${words.join("; ")}`;
}

/** Names a type in the words of JSON. */
function typeName(type: ArgumentType): string {
  if (type === "section") return "boolean, array, object or string";
  return type === "items" ? "array, object or string" : type;
}

function viewStoredJson(value: JsonValue): z.infer<typeof storedJson> {
  return isJsonObject(value) || typeof value === "string" ? value : stringifyJson(value);
}

function viewArgument(argument: PromptArgument): VersionView["arguments"][number] {
  const { allowed, aliases, default: value, type, isInferred: _, ...rest } = argument;
  return {
    ...rest,
    ...(type === undefined
      ? {}
      : { type: typeof type === "string" ? typeName(type) : { ...type } }),
    ...(value === undefined ? {} : { default_value: value }),
    ...(allowed ? { allowed: [...allowed] } : {}),
    ...(aliases ? { aliases: [...aliases] } : {}),
  };
}
