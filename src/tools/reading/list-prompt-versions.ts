import * as z from "zod";
import { variablesOf } from "../../registry/template/mlflow.ts";
import type { PromptVersion } from "../../registry/types.ts";
import { cursor, limit, nextCursor, promptName } from "../input/fields.ts";
import { selectPrompt } from "../input/selectors.ts";
import { describeOrigin, originFields, viewOrigin } from "../output/origin.ts";
import { line, ToolText } from "../output/tool-text.ts";
import { defineTool } from "../tool.ts";

const listed = z.object({
  version: z.int(),
  commit_message: z.string(),
  aliases: z.array(z.string()),
  tags: z.record(z.string(), z.string()),
  variables: z.array(z.string()),
  ...originFields,
  problem: z.string().optional().describe("Why the version cannot be read."),
});

export const listPromptVersions = defineTool({
  name: "list_prompt_versions",
  title: "List a prompt's versions",
  description:
    "Lists the versions of one prompt, newest first: commit message, time, author, aliases, tags and variables, but not the texts. Use it to see what changed and which version an alias points at. compare_prompt_versions shows the difference between two versions.",
  effect: "reads",
  input: z.strictObject({ name: promptName, limit, cursor }),
  output: z.object({
    name: z.string(),
    versions: z.array(listed),
    next_cursor: nextCursor,
  }),
  async run(session, input, options) {
    const { name } = await selectPrompt(session, input, options);
    const page = await session.registry.listVersions(
      name,
      { limit: input.limit, cursor: input.cursor },
      options,
    );
    const versions = page.items.map(view);
    return {
      structured: {
        name,
        versions,
        ...(page.nextCursor ? { next_cursor: page.nextCursor } : {}),
      },
      text: text(name, versions, page.nextCursor),
    };
  },
});

function view(version: PromptVersion): z.infer<typeof listed> {
  const { template } = version;
  return {
    version: version.version,
    commit_message: version.commitMessage,
    aliases: [...version.aliases],
    tags: { ...version.tags },
    variables: [...variablesOf(template)],
    ...viewOrigin(version),
    ...(template.kind === "unreadable" ? { problem: template.problem } : {}),
  };
}

function text(
  name: string,
  versions: readonly z.infer<typeof listed>[],
  next: string | undefined,
): ToolText {
  if (versions.length === 0) return line`Prompt ${name} has no versions.`;
  const lines = versions.map((version) => {
    const aliases = version.aliases.map((alias) => ` @${alias}`).join("");
    const variables = version.variables.length > 0 ? ` [${version.variables.join(", ")}]` : "";
    const problem = version.problem === undefined ? "" : ` unreadable: ${version.problem}`;
    const message = version.commit_message && `: ${version.commit_message}`;
    return line`- version ${version.version}${aliases} (${describeOrigin(version)})${variables}${problem}${message}`;
  });
  const more = next !== undefined && line`Older versions follow: cursor ${next}`;
  return ToolText.join(line`Versions of ${name}, newest first:`, ...lines, more);
}
