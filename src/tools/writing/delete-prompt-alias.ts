import * as z from "zod";
import { aliasNotFound, quote } from "../../registry/errors.ts";
import { createMoveRecord } from "../../registry/versions/provenance.ts";
import { findAliasedVersion } from "../../registry/versions/served-version.ts";
import { ElicitationRequest } from "../../session/elicitation.ts";
import {
  confirm,
  confirmDeletion,
  describeUnconfirmed,
  refuseBreaking,
} from "../checks/confirm.ts";
import { checkAliasWritable, isProtected } from "../checks/protection.ts";
import {
  describeServed,
  findServedBreak,
  servedChange,
  servedView,
  withAlias,
} from "../checks/served.ts";
import { allowBreaking, moveReason, promptName, shortText } from "../input/fields.ts";
import { selectName } from "../input/selectors.ts";
import { formatWarnings, warningsView, withUnrecorded } from "../output/content-warnings.ts";
import { formatRollback, rollbackView } from "../output/rollback.ts";
import { line, ToolText } from "../output/tool-text.ts";
import { defineTool } from "../tool.ts";

export const deletePromptAlias = defineTool({
  name: "delete_prompt_alias",
  title: "Delete an alias",
  description:
    "Deletes an alias of a prompt. The version it points at stays. Callers that load the prompt by this alias fail from then on, so a protected alias such as production is deleted only with allow_breaking, and so is an alias whose absence breaks the callers of the version that this server serves. If the client can ask the person, the person decides. Otherwise nothing is deleted without confirm, and the result says what would be lost. To move the alias, use set_prompt_alias instead. The result says where the alias pointed, and has the call that sets it again.",
  effect: "deletes",
  input: z.strictObject({
    name: promptName,
    alias: shortText.describe("The alias to delete, from list_prompts."),
    confirm,
    reason: moveReason,
    allow_breaking: allowBreaking,
  }),
  output: z.object({
    name: z.string(),
    alias: z.string(),
    deleted: z.boolean(),
    previous_version: z.int().describe("The version the alias points at, or pointed at."),
    served: servedView,
    warnings: warningsView,
    rollback: rollbackView
      .optional()
      .describe("The call that undoes this. Absent when nothing was deleted."),
  }),
  async run(session, { confirm, reason, allow_breaking, ...given }, call) {
    const { alias } = given;
    const name = await selectName(session, given, call);
    checkAliasWritable(session, alias);
    const prompt = await session.registry.getPrompt(name, call);
    const previous = findAliasedVersion(prompt, alias);
    if (previous === undefined) throw aliasNotFound(name, alias);
    const served = servedChange(session, prompt, withAlias(prompt, alias, undefined));
    const effects = [
      isProtected(session, alias)
        ? `The alias ${quote(alias)} is protected: callers that load the prompt by it would fail.`
        : undefined,
      await findServedBreak(session, name, served, undefined, call),
    ];
    refuseBreaking(effects, {
      allowBreaking: allow_breaking,
      undone: `${name}@${alias} was not deleted`,
      subject: { prompt: name, alias },
      instead: "Move it with set_prompt_alias",
    });
    const deletion = {
      name,
      lost: `the alias ${alias} of ${name}, which points at version ${previous}`,
      confirm,
      warning: effects.filter(Boolean).join(" "),
    };
    const response = confirmDeletion(deletion, call.elicitation);
    if (response instanceof ElicitationRequest) return response;
    const about = { name, alias, previous_version: previous, served };
    if (response !== "confirmed") {
      const text = describeUnconfirmed(deletion, describeServed(served, "planned"));
      return { structured: { ...about, deleted: false }, text };
    }
    const { who } = session;
    const { caller } = call;
    const record = createMoveRecord({ who, caller, reason, allowBreaking: allow_breaking });
    const conditions = { aliases: { [alias]: previous }, record };
    const moved = await session.registry.deleteAlias(name, alias, conditions, call);
    const warned = withUnrecorded(undefined, moved);
    const undo = {
      tool: "set_prompt_alias",
      arguments: { name, alias, version: previous, expected_version: 0 },
    } as const;
    return {
      structured: { ...about, deleted: true, ...warned, rollback: undo },
      text: ToolText.join(
        line`Deleted ${name}@${alias}, which pointed at version ${previous}. ${describeServed(served)}`,
        ...formatWarnings(warned.warnings),
        formatRollback(undo),
      ),
    };
  },
});
