import * as z from "zod";
import type { PromptVersion, VersionDraft } from "../../registry/types.ts";
import { omitOriginTags } from "../../registry/versions/provenance.ts";
import { ElicitationRequest } from "../../session/elicitation.ts";
import { baseVersion, commitMessage, force, promptName, versionOrAlias } from "../input/fields.ts";
import { registrationFields } from "../input/registration-fields.ts";
import { selectPromptVersion } from "../input/selectors.ts";
import { registeredView } from "../output/registered-view.ts";
import { defineTool } from "../tool.ts";
import { writableTemplate } from "./base-version.ts";
import { register } from "./registering.ts";

export const restorePromptVersion = defineTool({
  name: "restore_prompt_version",
  title: "Restore an old version",
  description:
    "Registers an old version's content as the newest version, to undo a bad change and keep the history. By default, the commit message names the restored version. No alias moves unless you give alias. If only an alias such as production must go back, use set_prompt_alias instead: it needs no new version.",
  effect: "adds",
  input: z.strictObject({
    name: promptName,
    version: versionOrAlias
      .optional()
      .describe(
        "The version to restore: its number, from list_prompt_versions, or an alias. Required unless name gives it.",
      ),
    commit_message: commitMessage
      .optional()
      .describe("Why. Default: a message that names the restored version."),
    base_version: baseVersion.describe(
      "The newest version that you know of. If another one is the newest by now, nothing is registered. Default: any.",
    ),
    force,
    alias: registrationFields.alias,
    reason: registrationFields.reason,
    allow_breaking: registrationFields.allow_breaking,
    override_gate: registrationFields.override_gate,
  }),
  output: registeredView.extend({ restored_version: z.int() }),
  async run(session, { commit_message, base_version, force, alias, reason, ...given }, call) {
    const { name, selector } = await selectPromptVersion(session, given, call);
    const old = await session.registry.getVersion(name, selector, call);
    const { version } = old;
    const registration = {
      name,
      draft: draftOf(old, commit_message),
      baseVersion: base_version,
      ...{ alias, reason, allowBreaking: given.allow_breaking, overrideGate: given.override_gate },
      ...{ kept: [], force, dryRun: false, restored: version },
    };
    const result = await register(session, registration, call);
    if (result instanceof ElicitationRequest) return result;
    return { ...result, structured: { ...result.structured, restored_version: version } };
  },
});

function draftOf(old: PromptVersion, message: string | undefined): VersionDraft {
  const suffix = old.commitMessage === "" ? "" : `: ${old.commitMessage}`;
  return {
    template: writableTemplate(old),
    commitMessage:
      message ?? [...`Restore version ${old.version}${suffix}`].slice(0, 5_000).join(""),
    tags: omitOriginTags(old.tags),
    ...(old.modelConfig === undefined ? {} : { modelConfig: old.modelConfig }),
    ...(old.responseFormat === undefined ? {} : { responseFormat: old.responseFormat }),
    ...(old.stored === undefined ? {} : { stored: old.stored }),
  };
}
