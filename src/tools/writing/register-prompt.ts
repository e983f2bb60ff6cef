import * as z from "zod";
import { argumentsTag } from "../../registry/contract/arguments.ts";
import { RegistryError } from "../../registry/errors.ts";
import { checkDraft, checkNewPromptName } from "../../registry/limits.ts";
import { findUnsafeContent } from "../../registry/text/unsafe-content.ts";
import type { Prompt, VersionDraft, WritableTemplate } from "../../registry/types.ts";
import { refuseOriginTags } from "../../registry/versions/provenance.ts";
import { findUnchangedVersion } from "../../registry/versions/register-conditions.ts";
import { encodeVersionTags } from "../../registry/versions/stored-version.ts";
import type { RegisterConditions, Registered } from "../../registry/writes.ts";
import type { Call } from "../../session/call.ts";
import type { Session } from "../../session/session.ts";
import { refuseWrongDeclaration } from "../checks/declaration.ts";
import { refuseUnfillable } from "../checks/fitness.ts";
import {
  argumentContract,
  baseVersion,
  commitMessage,
  force,
  llmConfig,
  messages,
  responseFormat,
  shortText,
  tags,
  template,
} from "../input/fields.ts";
import { selectBase } from "../input/selectors.ts";
import { checkContent } from "../output/content-warnings.ts";
import { defineTool } from "../tool.ts";
import { register, registeredResult, registeredView } from "./registering.ts";

const input = z.strictObject({
  name: shortText.describe(
    'The prompt\'s name: letters, digits, "_", "-", ".". An existing name gets a new version. A new name creates the prompt.',
  ),
  template: template.optional(),
  messages: messages.optional(),
  commit_message: commitMessage.optional(),
  tags: tags.optional().describe("Tags of this version."),
  arguments: argumentContract.optional(),
  llm_config: llmConfig.optional(),
  response_format: responseFormat.optional(),
  base_version: baseVersion,
  force,
  dry_run: z
    .boolean()
    .default(false)
    .describe(
      "True to preview: shows the version, its diff and what it means for callers, and writes nothing.",
    ),
});

export const registerPrompt = defineTool({
  name: "register_prompt",
  title: "Register a prompt version",
  description:
    "Registers a new prompt, or the next version of an existing one. Give template for a text prompt or messages for a chat prompt, and base_version: the version you changed. Versions are immutable: to change a prompt, register another version. Nothing existing is overwritten and no alias moves: callers of an alias such as production keep the old version until set_prompt_alias moves it. The result says what the change means for callers. If the newest version already has this content, nothing is registered. If somebody registered a newer version than base_version, the result shows its changes: merge them, and register again with that version as base_version.",
  effect: "adds",
  input,
  output: registeredView,
  async run(session, given, call) {
    const { force, dry_run } = given;
    const { name, ...base } = await selectBase(session, given, call);
    const draft = draftOf(given);
    refuseOriginTags(draft.tags ?? {});
    const checked = checkContent(session, findUnsafeContent(draft), "Nothing was registered", {
      prompt: name,
    });
    const drafted = { name, tags: {}, ...draft };
    await refuseWrongDeclaration(session, drafted, "Nothing was registered", call);
    const conditions = { force, ...base };
    if (dry_run) {
      const prompt = await findPrompt(session, name, call);
      if (!force) await refuseUnfillable(session, drafted, call);
      const outcome = predictRegistration(name, draft, prompt, conditions);
      const opening = `Nothing was registered: this is a dry run. ${describePrediction(outcome)}`;
      return registeredResult(session, outcome, { opening, registered: false, ...checked }, call);
    }
    const registered = await register(session, name, draft, conditions, call);
    const { version, createdPrompt, unchanged } = registered;
    const opening = unchanged
      ? `Nothing was registered: version ${version.version} of ${name} is the newest and has the same content. To register it anyway, set force.`
      : createdPrompt
        ? `Created prompt ${name} with version ${version.version}.`
        : `Registered version ${version.version} of ${name}; earlier versions and aliases are unchanged.`;
    return registeredResult(
      session,
      registered,
      { opening, registered: !unchanged, ...checked },
      call,
    );
  },
});

/** Returns undefined when the prompt does not exist or the caller may not read it. */
async function findPrompt(
  { registry }: Session,
  name: string,
  call: Call,
): Promise<Prompt | undefined> {
  try {
    return await registry.getPrompt(name, call);
  } catch (error) {
    // Some servers answer "forbidden" for a prompt that does not exist, and let everybody create it.
    if (error instanceof RegistryError && /^(not_found|forbidden)$/.test(error.kind))
      return undefined;
    throw error;
  }
}

/**
 * Predicts the result of a registration. The version number can differ from the real one, when
 * versions were deleted or somebody else registers a version first.
 * @throws RegistryError as the registration would
 */
function predictRegistration(
  name: string,
  draft: VersionDraft,
  prompt: Prompt | undefined,
  conditions: RegisterConditions,
): Registered {
  if (!prompt) checkNewPromptName(name);
  checkDraft(draft);
  encodeVersionTags(draft);
  const before = prompt?.latest;
  const same = findUnchangedVersion(name, draft, before, conditions);
  const outcome = { before, createdPrompt: false, overtaken: [] };
  if (same) return { ...outcome, version: same, unchanged: true };
  const now = Date.now();
  const version = {
    name,
    version: (before?.version ?? 0) + 1,
    template: draft.template,
    commitMessage: draft.commitMessage ?? "",
    tags: draft.tags ?? {},
    aliases: [],
    createdAt: now,
    updatedAt: now,
    ...(draft.modelConfig === undefined ? {} : { modelConfig: draft.modelConfig }),
    ...(draft.responseFormat === undefined ? {} : { responseFormat: draft.responseFormat }),
  };
  return { ...outcome, version, unchanged: false };
}

function describePrediction({ version, before, unchanged }: Registered): string {
  return unchanged
    ? `Without dry_run nothing would be registered either: version ${version.version} already has the same content.`
    : `It would be version ${version.version} of ${before ? "" : "the new prompt "}${version.name}.`;
}

function draftOf(given: z.infer<typeof input>): VersionDraft {
  return {
    template: templateOf(given),
    commitMessage: given.commit_message,
    tags: tagsOf(given),
    modelConfig: given.llm_config,
    responseFormat: given.response_format,
  };
}

function templateOf(given: z.infer<typeof input>): WritableTemplate {
  // Some hosts send "" for what is not given. A template may be empty.
  if (given.template && given.messages !== undefined) {
    throw invalid("Both template and messages are given: give one of them.");
  }
  if (given.messages !== undefined) return { kind: "chat", messages: given.messages };
  if (given.template !== undefined) return { kind: "text", text: given.template };
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
