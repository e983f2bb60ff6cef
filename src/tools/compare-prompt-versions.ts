import * as z from "zod";
import { diffVersions, type VersionDiff } from "../registry/diff.ts";
import { promptName, versionNumber } from "./fields.ts";
import { defineTool } from "./tool.ts";

export const comparePromptVersions = defineTool({
  name: "compare_prompt_versions",
  title: "Compare two versions of a prompt",
  description:
    "Shows what changed between two versions of a prompt: a unified diff of the text, the variables added or removed (which callers must follow), and changes of model config, response format and argument contract. Use it before set_prompt_alias moves an alias to another version.",
  effect: "reads",
  input: z.strictObject({
    name: promptName,
    from_version: versionNumber.describe("The older version, from list_prompt_versions."),
    to_version: versionNumber
      .optional()
      .describe("The newer version; without it, the latest version."),
  }),
  output: z.object({
    name: z.string(),
    from_version: z.int(),
    to_version: z.int(),
    diff: z.string().describe('Unified diff of the texts; "" when they are equal.'),
    added_variables: z.array(z.string()),
    removed_variables: z.array(z.string()),
    other_changes: z.array(z.string()).describe("One sentence each."),
  }),
  async run({ registry }, input, options) {
    const { name } = input;
    const to = input.to_version === undefined ? "latest" : { version: input.to_version };
    const [older, newer] = await Promise.all([
      registry.getVersion(name, { version: input.from_version }, options),
      registry.getVersion(name, to, options),
    ]);
    const changes = diffVersions(older, newer);
    return {
      structured: {
        name,
        from_version: older.version,
        to_version: newer.version,
        diff: changes.diff,
        added_variables: [...changes.addedVariables],
        removed_variables: [...changes.removedVariables],
        other_changes: [...changes.otherChanges],
      },
      text: text(`${name} version ${older.version} to ${newer.version}`, changes),
    };
  },
});

function text(heading: string, changes: VersionDiff): string {
  const { diff, addedVariables, removedVariables, otherChanges } = changes;
  const lines = [
    addedVariables.length > 0 && `Variables added: ${addedVariables.join(", ")}`,
    removedVariables.length > 0 && `Variables removed: ${removedVariables.join(", ")}`,
    ...otherChanges,
    diff === "" ? "The texts are equal." : diff,
  ];
  return [heading, ...lines.filter((line) => typeof line === "string")].join("\n");
}
