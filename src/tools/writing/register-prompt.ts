import * as z from "zod";
import { RegistryError, versionNotFound } from "../../registry/errors.ts";
import { checkNewPromptName } from "../../registry/limits.ts";
import type { PromptVersion, WritableTemplate } from "../../registry/types.ts";
import { baseVersion, messages, shortText, template } from "../input/fields.ts";
import { detailsOf, registrationFields } from "../input/registration-fields.ts";
import { selectBase } from "../input/selectors.ts";
import { registeredView } from "../output/registered-view.ts";
import { defineTool } from "../tool.ts";
import { completeDraft, findBase, writableTemplate } from "./base-version.ts";
import { register } from "./registering.ts";

const input = z.strictObject({
  name: shortText.describe(
    'The prompt\'s name: letters, digits, "_", "-", ".". A new name creates the prompt. An existing name needs base_version.',
  ),
  template: template.optional(),
  messages: messages.optional(),
  base_version: baseVersion,
  ...registrationFields,
});

export const registerPrompt = defineTool({
  name: "register_prompt",
  title: "Register a prompt version",
  description:
    "Registers a new prompt, or the next version of an existing one. Give template for a text prompt or messages for a chat prompt. To change a prompt, give base_version too: the version you changed. What you do not give (arguments, llm_config, response_format, tags, the text) stays as in base_version; null drops it. For a small change of a long text use edit_prompt. Versions are immutable: nothing existing is overwritten, and no alias moves unless you give alias. The result shows the diff, what it means for callers, and what this server serves before and after. If the newest version already has this content, nothing is registered. If somebody registered a newer version than base_version, the result shows its changes: merge them, and register again with that version as base_version.",
  effect: "adds",
  input,
  output: registeredView,
  async run(session, given, call) {
    const { commit_message, alias, force } = given;
    const selecting = selectBase(session, given, call);
    const { name, baseVersion: version = 0 } = await selecting.catch((error: unknown) => {
      const isNew = error instanceof RegistryError && error.kind === "not_found";
      if (isNew) checkNewPromptName(given.name);
      throw error;
    });
    const base = await findBase(session, name, version, call);
    const template = templateOf(given, version, base);
    const change = { name, template, commitMessage: commit_message };
    const completed = await completeDraft(session, change, base, detailsOf(given), call);
    return register(
      session,
      {
        ...{ name, ...completed },
        ...{ baseVersion: version, base, force, alias },
        ...{ reason: given.reason, dryRun: given.dry_run },
        ...{ allowBreaking: given.allow_breaking, overrideGate: given.override_gate },
      },
      call,
    );
  },
});

function templateOf(
  given: z.infer<typeof input>,
  baseVersion: number,
  base: PromptVersion | undefined,
): WritableTemplate {
  // Some hosts send "" for what is not given. A template may be empty.
  if (given.template && given.messages !== undefined) {
    throw invalid("Both template and messages are given: give one of them.");
  }
  if (given.messages !== undefined) return { kind: "chat", messages: given.messages };
  if (given.template !== undefined) return { kind: "text", text: given.template };
  if (base !== undefined) return writableTemplate(base);
  if (baseVersion > 0) throw versionNotFound(given.name, baseVersion);
  throw invalid("Neither template nor messages is given: give one of them.");
}

function invalid(message: string): RegistryError {
  return new RegistryError("invalid", `${message} Nothing was registered.`);
}
