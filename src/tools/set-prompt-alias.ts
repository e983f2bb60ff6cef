import * as z from "zod";
import { aliasedVersion } from "../registry/served-version.ts";
import { promptName, versionNumber } from "./fields.ts";
import { defineTool } from "./tool.ts";

export const setPromptAlias = defineTool({
  name: "set_prompt_alias",
  title: "Point an alias at a version",
  description:
    'Points an alias of a prompt, such as "production" or "staging", at a version, moving it when it points elsewhere. Everybody who loads the prompt by that alias gets the version from then on. Look at compare_prompt_versions first. The answer says where the alias pointed before, so that it can be moved back.',
  effect: "moves",
  input: z.strictObject({
    name: promptName,
    alias: z
      .string()
      .describe('Letters, digits, "_" and "-"; not "latest", which is always the newest version.'),
    version: versionNumber.describe("The version to point at, from list_prompt_versions."),
  }),
  output: z.object({
    name: z.string(),
    alias: z.string(),
    version: z.int(),
    previous_version: z.int().optional().describe("Absent when the alias is new."),
  }),
  async run({ registry }, { name, alias, version }, options) {
    const prompt = await registry.getPrompt(name, options);
    const previous = aliasedVersion(prompt, alias);
    await registry.setAlias(name, alias, version, {}, options);
    return {
      structured: {
        name,
        alias,
        version,
        ...(previous === undefined ? {} : { previous_version: previous }),
      },
      text:
        previous === undefined
          ? `${name}@${alias} is new and points at version ${version}.`
          : `${name}@${alias} pointed at version ${previous} and points at version ${version} now.`,
    };
  },
});
