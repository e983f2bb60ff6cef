import * as z from "zod";
import { argumentsTag } from "../registry/arguments.ts";
import { RegistryError } from "../registry/errors.ts";
import type { VersionDraft, WritableTemplate } from "../registry/types.ts";
import {
  argumentContract,
  commitMessage,
  messages,
  modelConfig,
  responseFormat,
  tags,
  template,
} from "./fields.ts";
import { defineTool } from "./tool.ts";
import { versionText, versionView, viewVersion } from "./version-view.ts";

const input = z.strictObject({
  name: z
    .string()
    .describe(
      'The prompt\'s name: letters, digits, "_", "-", ".". An existing name adds a version; a new one creates the prompt.',
    ),
  template: template.optional(),
  messages: messages.optional(),
  commit_message: commitMessage.optional(),
  tags: tags.optional().describe("Tags of this version."),
  arguments: argumentContract.optional(),
  model_config: modelConfig.optional(),
  response_format: responseFormat.optional(),
});

export const registerPrompt = defineTool({
  name: "register_prompt",
  title: "Register a prompt version",
  description:
    "Registers a new prompt, or the next version of an existing one. Give template for a text prompt or messages for a chat prompt. Versions are immutable: to change a prompt, register another version; nothing existing is overwritten, and no alias moves, so whoever loads an alias such as production keeps the old version until set_prompt_alias moves it.",
  effect: "adds",
  input,
  output: versionView.extend({
    created_prompt: z.boolean().describe("True when the prompt did not exist before."),
  }),
  async run(session, given, options) {
    const { version, createdPrompt } = await session.registry.registerVersion(
      given.name,
      draftOf(given),
      {},
      options,
    );
    const view = await viewVersion(session, version, options);
    const opening = createdPrompt
      ? `Created prompt ${version.name} with version ${version.version}.`
      : `Registered version ${version.version} of ${version.name}; earlier versions and aliases are unchanged.`;
    return {
      structured: { ...view, created_prompt: createdPrompt },
      text: `${opening}\n${versionText(view)}`,
    };
  },
});

function draftOf(given: z.infer<typeof input>): VersionDraft {
  return {
    template: templateOf(given),
    commitMessage: given.commit_message,
    tags: tagsOf(given),
    modelConfig: given.model_config,
    responseFormat: given.response_format,
  };
}

function templateOf(given: z.infer<typeof input>): WritableTemplate {
  if (given.template !== undefined && given.messages !== undefined) {
    throw invalid("Both template and messages are given: give one of them.");
  }
  if (given.template !== undefined) return { kind: "text", text: given.template };
  if (given.messages !== undefined) return { kind: "chat", messages: given.messages };
  throw invalid("Neither template nor messages is given: give one of them.");
}

function tagsOf({ tags = {}, arguments: contract }: z.infer<typeof input>) {
  if (contract === undefined) return tags;
  if (tags[argumentsTag] !== undefined) {
    throw invalid(`Both arguments and the tag ${argumentsTag} are given: give one of them.`);
  }
  return { ...tags, [argumentsTag]: JSON.stringify(contract) };
}

function invalid(message: string): RegistryError {
  return new RegistryError("invalid", `${message} Nothing was registered.`);
}
