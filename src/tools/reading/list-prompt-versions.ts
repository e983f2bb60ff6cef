import * as z from "zod";
import { variablesOf } from "../../registry/template/mlflow.ts";
import type { PromptVersion } from "../../registry/types.ts";
import { aliasMove, readAliasHistory } from "../../registry/versions/alias-history.ts";
import { cursor, limit, nextCursor, promptName } from "../input/fields.ts";
import { selectPrompt } from "../input/selectors.ts";
import { formatAliasHistory } from "../output/alias-history-view.ts";
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
    "Lists the versions of one prompt, newest first: commit message, time, author, aliases, tags and variables, but not the texts. Use it to see what changed, which version an alias points at, and what it pointed at before: the first page has the moves of aliases that were made through this server. compare_prompt_versions shows the difference between two versions.",
  effect: "reads",
  input: z.strictObject({ name: promptName, limit, cursor }),
  output: z.object({
    name: z.string(),
    versions: z.array(listed),
    alias_history: z
      .array(aliasMove)
      .optional()
      .describe("Moves of aliases through this server, newest first. On the first page only."),
    next_cursor: nextCursor,
  }),
  async run(session, input, options) {
    const { registry } = session;
    const { limit, cursor } = input;
    const { name } = await selectPrompt(session, input, options);
    const [page, prompt] = await Promise.all([
      registry.listVersions(name, { limit, cursor }, options),
      cursor === undefined ? registry.getPrompt(name, options) : undefined,
    ]);
    const versions = page.items.map(view);
    const moves = prompt && readAliasHistory(prompt);
    return {
      structured: {
        name,
        versions,
        ...(moves ? { alias_history: [...moves] } : {}),
        ...(page.nextCursor ? { next_cursor: page.nextCursor } : {}),
      },
      text: ToolText.join(
        text(name, versions, page.nextCursor),
        moves && formatAliasHistory(moves),
      ),
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
