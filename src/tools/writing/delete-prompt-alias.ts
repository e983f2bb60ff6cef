import * as z from "zod";
import { aliasNotFound, quote, RegistryError } from "../../registry/errors.ts";
import { findAliasedVersion } from "../../registry/versions/served-version.ts";
import { ElicitationRequest } from "../../session/elicitation.ts";
import { confirm, confirmDeletion, describeUnconfirmed } from "../checks/confirm.ts";
import { checkAliasWritable, isProtected } from "../checks/protection.ts";
import { allowBreaking, promptName, shortText } from "../input/fields.ts";
import { selectName } from "../input/selectors.ts";
import { formatRollback, rollbackView } from "../output/rollback.ts";
import { line, ToolText } from "../output/tool-text.ts";
import { defineTool } from "../tool.ts";

export const deletePromptAlias = defineTool({
  name: "delete_prompt_alias",
  title: "Delete an alias",
  description:
    "Deletes an alias of a prompt. The version it points at stays. Callers that load the prompt by this alias fail from then on, so a protected alias such as production is deleted only with allow_breaking. If the client can ask the person, the person decides. Otherwise nothing is deleted without confirm, and the result says what would be lost. To move the alias, use set_prompt_alias instead. The result says where the alias pointed, and has the call that sets it again.",
  effect: "deletes",
  input: z.strictObject({
    name: promptName,
    alias: shortText.describe("The alias to delete, from list_prompts."),
    confirm,
    allow_breaking: allowBreaking,
  }),
  output: z.object({
    name: z.string(),
    alias: z.string(),
    deleted: z.boolean(),
    previous_version: z.int().describe("The version the alias points at, or pointed at."),
    rollback: rollbackView
      .optional()
      .describe("The call that undoes this. Absent when nothing was deleted."),
  }),
  async run(session, { confirm, allow_breaking, ...given }, call) {
    const { alias } = given;
    const name = await selectName(session, given, call);
    checkAliasWritable(session, alias);
    const prompt = await session.registry.getPrompt(name, call);
    const previous = findAliasedVersion(prompt, alias);
    if (previous === undefined) throw aliasNotFound(name, alias);
    const isProtectedAlias = isProtected(session, alias);
    if (isProtectedAlias && !allow_breaking) throw breakingError(name, alias);
    const deletion = {
      name,
      lost: `the alias ${alias} of ${name}, which points at version ${previous}`,
      confirm,
      ...(isProtectedAlias
        ? { warning: "It is protected: callers that load the prompt by it would fail." }
        : {}),
    };
    const response = confirmDeletion(deletion, call.elicitation);
    if (response instanceof ElicitationRequest) return response;
    const about = { name, alias, previous_version: previous };
    if (response !== "confirmed") {
      return { structured: { ...about, deleted: false }, text: describeUnconfirmed(deletion) };
    }
    const conditions = { aliases: { [alias]: previous } };
    await session.registry.deleteAlias(name, alias, conditions, call);
    const undo = {
      tool: "set_prompt_alias",
      arguments: { name, alias, version: previous, expected_version: 0 },
    } as const;
    return {
      structured: { ...about, deleted: true, rollback: undo },
      text: ToolText.join(
        line`Deleted ${name}@${alias}, which pointed at version ${previous}.`,
        formatRollback(undo),
      ),
    };
  },
});

function breakingError(name: string, alias: string): RegistryError {
  return new RegistryError(
    "conflict",
    `${name}@${alias} was not deleted: ${quote(alias)} is protected, and callers that load the prompt by it would fail. Move it with set_prompt_alias, or ask the person and call again with allow_breaking true.`,
    { prompt: name, alias },
    { reason: "protected" },
  );
}
