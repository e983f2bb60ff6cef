import * as z from "zod";
import { everyVersion } from "../registry/every-version.ts";
import { confirm, refuseWrongConfirm } from "./confirm.ts";
import { promptName } from "./fields.ts";
import { defineTool } from "./tool.ts";

export const deletePrompt = defineTool({
  name: "delete_prompt",
  title: "Delete a prompt",
  description:
    "Deletes a prompt with all its versions, aliases and tags, for good. Without confirm it deletes nothing and answers what would be lost; show that to the person and call again with confirm equal to the prompt's name only if they agree. To take a prompt out of the list and keep it, set its tag mcp.publish to false with tag_prompt.",
  effect: "deletes",
  input: z.strictObject({ name: promptName, confirm }),
  output: z.object({
    name: z.string(),
    deleted: z.boolean(),
    versions: z.array(z.int()).describe("Versions that go with the prompt, newest first."),
    aliases: z.record(z.string(), z.int()).describe("Aliases that go with it."),
  }),
  async run({ registry }, { name, confirm }, options) {
    refuseWrongConfirm(name, confirm);
    const prompt = await registry.getPrompt(name, options);
    const versions: number[] = [];
    for await (const { version } of everyVersion(registry, name, options)) versions.push(version);
    if (confirm !== undefined) await registry.deletePrompt(name, options);
    const lost = `prompt ${name} with ${count(versions)}${aliasList(prompt.aliases)}`;
    return {
      structured: {
        name,
        deleted: confirm !== undefined,
        versions,
        aliases: { ...prompt.aliases },
      },
      text:
        confirm === undefined
          ? `Nothing was deleted. This would delete ${lost}, for good. To do it, call again with confirm = ${JSON.stringify(name)}.`
          : `Deleted ${lost}.`,
    };
  },
});

function count(versions: readonly number[]): string {
  if (versions.length === 0) return "no versions";
  return versions.length === 1 ? "1 version" : `${versions.length} versions`;
}

function aliasList(aliases: Readonly<Record<string, number>>): string {
  const names = Object.entries(aliases).map(([alias, version]) => `${alias} (version ${version})`);
  return names.length === 0 ? "" : ` and the aliases ${names.join(", ")}`;
}
