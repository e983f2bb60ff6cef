import * as z from "zod";
import { listAliasesOfVersion } from "../../registry/versions/served-version.ts";
import { ElicitationRequest } from "../../session/elicitation.ts";
import { confirm, confirmDeletion, describeUnconfirmed } from "../checks/confirm.ts";
import { expectProtectedAliases, refuseProtected } from "../checks/protection.ts";
import { promptName, versionOrAlias } from "../input/fields.ts";
import { selectPromptVersion } from "../input/selectors.ts";
import { line } from "../output/tool-text.ts";
import { defineTool } from "../tool.ts";

export const deletePromptVersion = defineTool({
  name: "delete_prompt_version",
  title: "Delete a version",
  description:
    "Permanently deletes one version of a prompt and the aliases that point at it. If the client can ask the person, the person decides. Otherwise nothing is deleted without confirm, and the result says what would be lost: show that to the person, and only if they agree call again with confirm set to the prompt's name. Refused while a protected alias such as production points at the version.",
  effect: "deletes",
  input: z.strictObject({
    name: promptName,
    version: versionOrAlias
      .optional()
      .describe(
        "The version to delete: its number, from list_prompt_versions, or an alias. Required unless name gives it.",
      ),
    confirm,
  }),
  output: z.object({
    name: z.string(),
    version: z.int(),
    deleted: z.boolean(),
    aliases: z
      .array(z.string())
      .describe("Aliases that point at the version and are deleted with it."),
    commit_message: z.string(),
  }),
  async run(session, { confirm, ...given }, call) {
    const { registry } = session;
    const { name, selector } = await selectPromptVersion(session, given, call);
    const prompt = await registry.getPrompt(name, call);
    const target = await registry.getVersion(name, selector, call);
    const { version } = target;
    const aliases = listAliasesOfVersion(prompt, version);
    refuseProtected(session, { name, version, aliases });
    const lost = `version ${version} of ${name}${aliases.length > 0 ? ` and its aliases ${aliases.join(", ")}` : ""}`;
    const response = confirmDeletion({ name, lost, confirm }, call.elicitation);
    if (response instanceof ElicitationRequest) return response;
    const deleted = response === "confirmed";
    if (deleted) {
      await registry.deleteVersion(name, version, expectProtectedAliases(session, prompt), call);
    }
    return {
      structured: { name, version, deleted, aliases, commit_message: target.commitMessage },
      text: deleted ? line`Deleted ${lost}.` : describeUnconfirmed({ name, lost, confirm }),
    };
  },
});
