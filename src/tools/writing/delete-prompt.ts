import * as z from "zod";
import { countOf, nameAliases } from "../../registry/text/count.ts";
import { iterateVersions } from "../../registry/versions/iterate-versions.ts";
import { ElicitationRequest } from "../../session/elicitation.ts";
import { confirm, confirmDeletion, describeUnconfirmed } from "../checks/confirm.ts";
import { expectProtectedAliases, refuseProtectedPrompt } from "../checks/protection.ts";
import { describeServed, servedChange, servedView } from "../checks/served.ts";
import { promptName } from "../input/fields.ts";
import { selectName } from "../input/selectors.ts";
import { line } from "../output/tool-text.ts";
import { defineTool } from "../tool.ts";

export const deletePrompt = defineTool({
  name: "delete_prompt",
  title: "Delete a prompt",
  description:
    "Permanently deletes a prompt with all its versions, aliases and tags. If the client can ask the person, the person decides. Otherwise nothing is deleted without confirm, and the result says what would be lost: show that to the person, and only if they agree call again with confirm set to the prompt's name. Refused while a protected alias such as production points at one of its versions. To hide a prompt from the prompt list without deleting it, call update_prompt with published false.",
  effect: "deletes",
  input: z.strictObject({ name: promptName, confirm }),
  output: z.object({
    name: z.string(),
    deleted: z.boolean(),
    versions: z.array(z.int()).describe("Versions deleted with the prompt, newest first."),
    aliases: z.record(z.string(), z.int()).describe("Aliases deleted with it."),
    served: servedView,
  }),
  async run(session, { confirm, ...given }, call) {
    const name = await selectName(session, given, call);
    const { registry } = session;
    const prompt = await registry.getPrompt(name, call);
    refuseProtectedPrompt(session, prompt);
    const versions: number[] = [];
    for await (const { version } of iterateVersions(registry, name, call)) versions.push(version);
    const served = servedChange(session, prompt, undefined);
    const count = countOf(versions.length, "version");
    const lost = `prompt ${name} with ${count}${formatAliases(prompt.aliases)}`;
    const { before } = served;
    const warning =
      before === undefined
        ? undefined
        : `This server serves version ${before} of it: callers would fail.`;
    const deletion = { name, lost, confirm, warning };
    const response = confirmDeletion(deletion, call.elicitation);
    if (response instanceof ElicitationRequest) return response;
    const deleted = response === "confirmed";
    if (deleted) await registry.deletePrompt(name, expectProtectedAliases(session, prompt), call);
    return {
      structured: { name, deleted, versions, aliases: { ...prompt.aliases }, served },
      text: deleted
        ? line`Deleted ${lost}. ${describeServed(served)}`
        : describeUnconfirmed(deletion, describeServed(served, "planned")),
    };
  },
});

function formatAliases(aliases: Readonly<Record<string, number>>): string {
  const names = Object.entries(aliases).map(([alias, version]) => `${alias} (version ${version})`);
  return names.length === 0 ? "" : ` and the ${nameAliases(names)}`;
}
