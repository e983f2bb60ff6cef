import * as z from "zod";
import { RegistryError } from "../../registry/errors.ts";
import { findUnsafeContent } from "../../registry/text/unsafe-content.ts";
import type { PromptVersion, VersionDraft, WritableTemplate } from "../../registry/types.ts";
import { omitOriginTags } from "../../registry/versions/provenance.ts";
import { baseVersion, commitMessage, force, promptName, versionOrAlias } from "../input/fields.ts";
import { selectPromptVersion } from "../input/selectors.ts";
import { checkContent } from "../output/content-warnings.ts";
import { defineTool } from "../tool.ts";
import { register, registeredResult, registeredView } from "./registering.ts";

export const restorePromptVersion = defineTool({
  name: "restore_prompt_version",
  title: "Restore an old version",
  description:
    "Registers an old version's content as the newest version, to undo a bad change and keep the history. By default, the commit message names the restored version. No alias moves. If only an alias such as production must go back, use set_prompt_alias instead: it needs no new version.",
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
    base_version: baseVersion,
    force,
  }),
  output: registeredView.extend({ restored_version: z.int() }),
  async run(session, { commit_message, base_version, force, ...given }, call) {
    const { name, selector } = await selectPromptVersion(session, given, call);
    const old = await session.registry.getVersion(name, selector, call);
    const { version } = old;
    const draft = draftOf(old, commit_message);
    const subject = { prompt: name, version };
    const found = findUnsafeContent(draft);
    const checked = checkContent(session, found, "Nothing was registered", subject);
    const conditions = {
      force,
      ...(base_version === undefined ? {} : { baseVersion: base_version }),
    };
    const registered = await register(session, name, draft, conditions, call);
    const { unchanged } = registered;
    const opening = unchanged
      ? `Nothing was registered: version ${registered.version.version} of ${name} is the newest and already has the content of version ${version}.`
      : `Registered version ${registered.version.version} of ${name} with the content of version ${version}; aliases are unchanged.`;
    const about = { opening, registered: !unchanged, ...checked };
    const { structured, text } = await registeredResult(session, registered, about, call);
    return { structured: { ...structured, restored_version: version }, text };
  },
});

function draftOf(old: PromptVersion, message: string | undefined): VersionDraft {
  const suffix = old.commitMessage === "" ? "" : `: ${old.commitMessage}`;
  return {
    template: writable(old),
    commitMessage:
      message ?? [...`Restore version ${old.version}${suffix}`].slice(0, 5_000).join(""),
    tags: omitOriginTags(old.tags),
    ...(old.modelConfig === undefined ? {} : { modelConfig: old.modelConfig }),
    ...(old.responseFormat === undefined ? {} : { responseFormat: old.responseFormat }),
  };
}

function writable({ name, version, template }: PromptVersion): WritableTemplate {
  if (template.kind !== "unreadable") return template;
  throw new RegistryError(
    "unreadable",
    `Version ${version} of ${JSON.stringify(name)} cannot be restored: ${template.problem}. Choose another version.`,
    { prompt: name, version },
  );
}
