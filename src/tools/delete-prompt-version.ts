import * as z from "zod";
import { confirm, refuseWrongConfirm } from "./confirm.ts";
import { promptName, versionNumber } from "./fields.ts";
import { defineTool } from "./tool.ts";

export const deletePromptVersion = defineTool({
  name: "delete_prompt_version",
  title: "Delete a version",
  description:
    "Deletes one version of a prompt and the aliases that point at it, for good. Without confirm it deletes nothing and answers what would be lost; show that to the person and call again with confirm equal to the prompt's name only if they agree.",
  effect: "deletes",
  input: z.strictObject({
    name: promptName,
    version: versionNumber.describe("The version to delete, from list_prompt_versions."),
    confirm,
  }),
  output: z.object({
    name: z.string(),
    version: z.int(),
    deleted: z.boolean(),
    aliases: z.array(z.string()).describe("Aliases that point at the version and go with it."),
    commit_message: z.string(),
  }),
  async run({ registry }, { name, version, confirm }, options) {
    refuseWrongConfirm(name, confirm);
    const doomed = await registry.getVersion(name, { version }, options);
    if (confirm !== undefined) await registry.deleteVersion(name, version, options);
    const aliases = [...doomed.aliases];
    const lost = `version ${version} of ${name}${aliases.length > 0 ? ` and its aliases ${aliases.join(", ")}` : ""}`;
    return {
      structured: {
        name,
        version,
        deleted: confirm !== undefined,
        aliases,
        commit_message: doomed.commitMessage,
      },
      text:
        confirm === undefined
          ? `Nothing was deleted. This would delete ${lost}, for good. To do it, call again with confirm = ${JSON.stringify(name)}.`
          : `Deleted ${lost}.`,
    };
  },
});
