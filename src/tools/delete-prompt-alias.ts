import * as z from "zod";
import { aliasedVersion } from "../registry/served-version.ts";
import { promptName } from "./fields.ts";
import { defineTool } from "./tool.ts";

export const deletePromptAlias = defineTool({
  name: "delete_prompt_alias",
  title: "Delete an alias",
  description:
    "Deletes an alias of a prompt. The version it points at stays; whoever loads the prompt by this alias fails from then on. To point the alias elsewhere use set_prompt_alias instead.",
  effect: "deletes",
  input: z.strictObject({
    name: promptName,
    alias: z.string().describe("The alias to delete, from list_prompts."),
  }),
  output: z.object({
    name: z.string(),
    alias: z.string(),
    previous_version: z.int().optional().describe("The version it pointed at."),
  }),
  async run({ registry }, { name, alias }, options) {
    const prompt = await registry.getPrompt(name, options);
    const previous = aliasedVersion(prompt, alias);
    await registry.deleteAlias(name, alias, options);
    return {
      structured: {
        name,
        alias,
        ...(previous === undefined ? {} : { previous_version: previous }),
      },
      text: `Deleted ${name}@${alias}, which pointed at version ${previous}.`,
    };
  },
});
