import * as z from "zod";
import { editTemplate } from "../../registry/engine/edit-template.ts";
import { quote, RegistryError } from "../../registry/errors.ts";
import { limits } from "../../registry/limits.ts";
import { promptName, versionNumber } from "../input/fields.ts";
import { detailsOf, registrationFields } from "../input/registration-fields.ts";
import { selectBase } from "../input/selectors.ts";
import { registeredView } from "../output/registered-view.ts";
import { defineTool } from "../tool.ts";
import { completeDraft, writableTemplate } from "./base-version.ts";
import { register } from "./registering.ts";

const passage = z.string().max(limits.versionTagLength);

const edit = z.strictObject({
  old_text: passage.min(1).describe("The passage, exactly as it is stored. It must occur once."),
  new_text: passage.describe("What takes its place."),
  message: z
    .int()
    .min(0)
    .optional()
    .describe("Index of the message that has the passage, from 0. Default: any message."),
});

const maxLength = 4 * limits.versionTagLength;

/** Each edit searches the whole text, so their number and length are limited. */
const edits = z
  .array(edit)
  .min(1)
  .max(50)
  .refine(
    (all) => totalLength(all) <= maxLength,
    `have more than ${maxLength} characters together`,
  );

function totalLength(all: readonly z.infer<typeof edit>[]): number {
  return all.reduce((sum, one) => sum + one.old_text.length + one.new_text.length, 0);
}

export const editPrompt = defineTool({
  name: "edit_prompt",
  title: "Edit passages of a prompt",
  description:
    "Registers the next version of a prompt with some passages replaced. For a small change of a long prompt: you give the passages and not the whole text. Each old_text must occur exactly once in base_version, white space included; otherwise nothing is registered, and the result shows the nearest passage, or where it occurs. Edits are made in order, all or none, and everything else stays as it is: arguments, llm_config, response_format and tags too, unless you give them; null drops one. As with register_prompt, no alias moves unless you give alias, the result shows the diff and what it means for callers, and if somebody registered a newer version than base_version, it shows the changes to merge.",
  effect: "adds",
  input: z.strictObject({
    name: promptName,
    base_version: versionNumber
      .optional()
      .describe(
        "The version you change, as load_prompt returned it. Required unless name gives it.",
      ),
    edits: edits.describe("The passages to replace, at most 50."),
    ...registrationFields,
  }),
  output: registeredView,
  async run(session, given, call) {
    const { commit_message, alias, force, reason } = given;
    const { name, baseVersion: version } = await selectBase(session, given, call);
    if (version === undefined) throw noBase(name);
    const base = await session.registry.getVersion(name, { version }, call);
    const edits = given.edits.map(({ old_text, new_text, message }) => ({
      ...{ oldText: old_text, newText: new_text, message },
    }));
    const subject = { prompt: name, version };
    const stored = writableTemplate(base);
    const template = await editTemplate(session.templates, stored, edits, subject);
    const change = { name, template, commitMessage: commit_message };
    const completed = await completeDraft(session, change, base, detailsOf(given), call);
    return register(
      session,
      {
        ...{ name, ...completed, baseVersion: version, base, force, alias, reason },
        ...{ allowBreaking: given.allow_breaking, overrideGate: given.override_gate },
        dryRun: given.dry_run,
      },
      call,
    );
  },
});

function noBase(name: string): RegistryError {
  return new RegistryError(
    "invalid",
    `Nothing was registered: base_version is missing. Give the version of ${quote(name)} that you change, as load_prompt returned it.`,
    { prompt: name },
  );
}
