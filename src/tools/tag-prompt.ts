import * as z from "zod";
import { promptName, versionNumber } from "./fields.ts";
import { defineTool } from "./tool.ts";

export const tagPrompt = defineTool({
  name: "tag_prompt",
  title: "Tag a prompt or a version",
  description:
    'Sets or deletes tags of a prompt or, with version, of one of its versions. A text value sets the tag, null deletes it; tags not named stay. Tags this server reads: mcp.publish = "false" on a prompt keeps it out of the prompt list; mcp.arguments (JSON by argument name: description, required, default, enum) and mcp.template_format = "mustache" on a version.',
  effect: "moves",
  input: z.strictObject({
    name: promptName,
    version: versionNumber
      .optional()
      .describe("Tag this version, from list_prompt_versions; without it, tag the prompt."),
    tags: z
      .record(z.string(), z.string().nullable())
      .refine((tags) => Object.keys(tags).length > 0, "name at least one tag")
      .describe('Value by key, null to delete: {"team": "search", "draft": null}.'),
  }),
  output: z.object({
    name: z.string(),
    version: z.int().optional(),
    set: z.array(z.string()).describe("Keys that were set."),
    deleted: z.array(z.string()).describe("Keys that were deleted."),
  }),
  async run({ registry }, { name, version, tags }, options) {
    if (version === undefined) await registry.tagPrompt(name, tags, options);
    else await registry.tagVersion(name, version, tags, options);
    const keys = Object.keys(tags);
    const set = keys.filter((key) => tags[key] !== null);
    const deleted = keys.filter((key) => tags[key] === null);
    const target = version === undefined ? name : `${name} version ${version}`;
    const done = [
      set.length > 0 && `set ${set.join(", ")}`,
      deleted.length > 0 && `deleted ${deleted.join(", ")}`,
    ];
    return {
      structured: { name, ...(version === undefined ? {} : { version }), set, deleted },
      text: `Tags of ${target}: ${done.filter(Boolean).join("; ")}.`,
    };
  },
});
