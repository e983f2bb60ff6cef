import * as z from "zod";
import { nameAliases } from "../../registry/text/count.ts";
import type { Prompt, PromptVersion } from "../../registry/types.ts";
import { createMoveRecord } from "../../registry/versions/provenance.ts";
import { listAliasesOfVersion } from "../../registry/versions/served-version.ts";
import type { Call } from "../../session/call.ts";
import { ElicitationRequest } from "../../session/elicitation.ts";
import type { Session } from "../../session/session.ts";
import {
  confirm,
  confirmDeletion,
  describeUnconfirmed,
  refuseBreaking,
} from "../checks/confirm.ts";
import { expectProtectedAliases, refuseProtected } from "../checks/protection.ts";
import {
  describeServed,
  findServedBreak,
  servedChange,
  servedView,
  withoutVersion,
} from "../checks/served.ts";
import { allowBreaking, promptName, versionOrAlias } from "../input/fields.ts";
import { selectPromptVersion } from "../input/selectors.ts";
import { formatWarnings, warningsView, withUnrecorded } from "../output/content-warnings.ts";
import { line, ToolText } from "../output/tool-text.ts";
import { defineTool } from "../tool.ts";

export const deletePromptVersion = defineTool({
  name: "delete_prompt_version",
  title: "Delete a version",
  description:
    "Permanently deletes one version of a prompt and the aliases that point at it. If the client can ask the person, the person decides. Otherwise nothing is deleted without confirm, and the result says what would be lost: show that to the person, and only if they agree call again with confirm set to the prompt's name. Refused while a protected alias such as production points at the version. If this server serves the version, and what it serves afterwards breaks callers, it is deleted only with allow_breaking.",
  effect: "deletes",
  input: z.strictObject({
    name: promptName,
    version: versionOrAlias
      .optional()
      .describe(
        "The version to delete: its number, from list_prompt_versions, or an alias. Required unless name gives it.",
      ),
    confirm,
    allow_breaking: allowBreaking,
  }),
  output: z.object({
    name: z.string(),
    version: z.int(),
    deleted: z.boolean(),
    aliases: z
      .array(z.string())
      .describe("Aliases that point at the version and are deleted with it."),
    commit_message: z.string(),
    served: servedView,
    warnings: warningsView,
  }),
  async run(session, { confirm, allow_breaking, ...given }, call) {
    const { registry } = session;
    const { name, selector } = await selectPromptVersion(session, given, call);
    // Further calls use the name that the caller gave.
    const prompt = { ...(await registry.getPrompt(name, call)), name };
    const target = await registry.getVersion(name, selector, call);
    const { version } = target;
    const aliases = listAliasesOfVersion(prompt, version);
    refuseProtected(session, { name, version, aliases });
    const newest = await findNewestWithout(session, prompt, version, call);
    const served = servedChange(session, prompt, withoutVersion(prompt, version, newest));
    const warning = await findServedBreak(session, name, served, undefined, call);
    // Deleting the last version is meant to end the prompt, as delete_prompt is.
    refuseBreaking(newest === undefined ? [] : [warning], {
      allowBreaking: allow_breaking,
      undone: `Version ${version} of ${name} was not deleted`,
      subject: { prompt: name, version },
    });
    const its = aliases.length > 0 ? ` and its ${nameAliases(aliases)}` : "";
    const lost = `version ${version} of ${name}${its}`;
    const deletion = { name, lost, confirm, warning };
    const response = confirmDeletion(deletion, call.elicitation);
    if (response instanceof ElicitationRequest) return response;
    const { commitMessage: commit_message } = target;
    const about = { name, version, aliases, commit_message, served };
    if (response !== "confirmed") {
      const text = describeUnconfirmed(deletion, describeServed(served, "planned"));
      return { structured: { ...about, deleted: false }, text };
    }
    const { who } = session;
    const record = createMoveRecord({ who, caller: call.caller, allowBreaking: allow_breaking });
    const conditions = { ...expectProtectedAliases(session, prompt), record };
    const moved = await registry.deleteVersion(name, version, conditions, call);
    const warned = withUnrecorded(undefined, moved);
    return {
      structured: { ...about, deleted: true, ...warned },
      text: ToolText.join(
        line`Deleted ${lost}. ${describeServed(served)}`,
        ...formatWarnings(warned.warnings),
      ),
    };
  },
});

/** The newest version of the prompt that is left without one of its versions. */
async function findNewestWithout(
  { registry }: Session,
  { name, latest }: Prompt,
  version: number,
  call: Call,
): Promise<PromptVersion | undefined> {
  if (latest?.version !== version) return latest;
  const { items } = await registry.listVersions(name, { limit: 2 }, call);
  return items.find((one) => one.version !== version);
}
