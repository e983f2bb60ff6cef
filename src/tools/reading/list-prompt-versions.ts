import * as z from "zod";
import { omitDiscussionTags } from "../../registry/discussion/discussion-tags.ts";
import { type ListedTemplate, listVariables } from "../../registry/engine/variables.ts";
import { RegistryError } from "../../registry/errors.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { Prompt, PromptVersion } from "../../registry/types.ts";
import { aliasMove, readAliasHistory } from "../../registry/versions/alias-history.ts";
import type { Session } from "../../session/session.ts";
import { cursor, limit, nextCursor, promptName } from "../input/fields.ts";
import { selectPrompt } from "../input/selectors.ts";
import { formatAliasHistory } from "../output/alias-history-view.ts";
import { formatReviews, reviewsView, viewReviews } from "../output/discussion-view.ts";
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
  problem: z.string().optional().describe("Why nobody can fill in the version."),
  reviews: reviewsView.optional().describe("Absent where none was requested or given."),
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
    const { registry, templates } = session;
    const { limit, cursor } = input;
    const { name } = await selectPrompt(session, input, options);
    const [page, prompt] = await Promise.all([
      registry.listVersions(name, { limit, cursor }, options),
      readablePrompt(session, name, options),
    ]);
    const versions = await Promise.all(
      page.items.map(async (version) =>
        view(version, await listVariables(templates, version, prompt?.tags ?? {})),
      ),
    );
    const moves = prompt && cursor === undefined ? readAliasHistory(prompt) : undefined;
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

/** Returns undefined for a prompt whose newest version is unreadable: the older ones are listed. */
async function readablePrompt(
  { registry }: Session,
  name: string,
  options: CallOptions,
): Promise<Prompt | undefined> {
  try {
    return await registry.getPrompt(name, options);
  } catch (error) {
    if (error instanceof RegistryError && error.kind === "unreadable") return undefined;
    throw error;
  }
}

function view(
  version: PromptVersion,
  { variables, problem }: ListedTemplate,
): z.infer<typeof listed> {
  const reviews = viewReviews(version);
  return {
    version: version.version,
    commit_message: version.commitMessage,
    aliases: [...version.aliases],
    tags: omitDiscussionTags(version.tags),
    variables: [...variables],
    ...viewOrigin(version),
    ...(problem === undefined ? {} : { problem }),
    ...(reviews.requested === undefined && reviews.given.length === 0 ? {} : { reviews }),
  };
}

function text(
  name: string,
  versions: readonly z.infer<typeof listed>[],
  next: string | undefined,
): ToolText {
  if (versions.length === 0) return line`Prompt ${name} has no versions.`;
  const lines = versions.flatMap((version) => {
    const aliases = version.aliases.map((alias) => ` @${alias}`).join("");
    const variables = version.variables.length > 0 ? ` [${version.variables.join(", ")}]` : "";
    const problem = version.problem === undefined ? "" : ` unreadable: ${version.problem}`;
    const message = version.commit_message && `: ${version.commit_message}`;
    return [
      line`- version ${version.version}${aliases} (${describeOrigin(version)})${variables}${problem}${message}`,
      ...(version.reviews ? formatReviews(version.reviews) : []),
    ];
  });
  const more = next !== undefined && line`Older versions follow: cursor ${next}`;
  return ToolText.join(line`Versions of ${name}, newest first:`, ...lines, more);
}
