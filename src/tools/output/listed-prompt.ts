import * as z from "zod";
import type { ListedTemplate } from "../../registry/engine/variables.ts";
import type { PromptMatch, PromptSearch } from "../../registry/search/prompt-search.ts";
import { searchedFields } from "../../registry/search/words/searched-text.ts";
import { nounFor } from "../../registry/text/count.ts";
import { toJsonText } from "../../registry/text/one-line.ts";
import type { Prompt, PromptVersion } from "../../registry/types.ts";
import { aliasMove, readAliasHistory } from "../../registry/versions/alias-history.ts";
import { findTitle } from "../../registry/versions/prompt-tags.ts";
import { time } from "../input/fields.ts";
import { describeAliasMove } from "./alias-history-view.ts";
import { describeOrigin, isoTime, viewOrigin } from "./origin.ts";
import { line, type ToolText } from "./tool-text.ts";

/** How many moves of aliases a list shows of one prompt. */
const maxMoves = 3;

export const listedPrompt = z.object({
  name: z.string(),
  title: z.string().optional(),
  description: z.string(),
  latest_version: z.int().optional().describe("Absent when the prompt has no versions."),
  latest_created_at: z.string().optional().describe("When the latest version was registered."),
  latest_author: z.string().optional().describe("Who registered it. Absent when not recorded."),
  latest_commit_message: z
    .string()
    .optional()
    .describe('What the latest version changed. Only with order "changed".'),
  aliases: z.record(z.string(), z.int()).describe("Version number by alias."),
  tags: z.record(z.string(), z.string()),
  variables: z.array(z.string()).describe("Variables of the latest version."),
  updated_at: time,
  alias_moves: z
    .array(aliasMove)
    .optional()
    .describe(
      `The last ${maxMoves} moves of aliases through this server, newest first, since changed_since. Only with order "changed".`,
    ),
  problem: z
    .string()
    .optional()
    .describe("Why the prompt cannot be read, or nobody can fill in its latest version."),
  matched: z
    .array(z.enum(searchedFields))
    .optional()
    .describe("Fields that contain words of the query. Absent without a query."),
  missing: z
    .array(z.string())
    .optional()
    .describe("Words of the query that the prompt lacks. Absent when it has all."),
});
export type ListedPrompt = z.infer<typeof listedPrompt>;

export function viewListed(
  prompt: Prompt,
  search: PromptSearch,
  about: {
    readonly template: ListedTemplate | undefined;
    readonly match: PromptMatch | undefined;
  },
): ListedPrompt {
  const { template, match } = about;
  const problem = prompt.problem ?? template?.problem;
  const title = findTitle(prompt);
  const moves = search.order === "changed" ? recentMoves(prompt, search) : [];
  return {
    name: prompt.name,
    ...(title === undefined ? {} : { title }),
    description: prompt.description,
    ...(prompt.latest ? viewLatest(prompt.latest, search) : {}),
    aliases: { ...prompt.aliases },
    tags: { ...prompt.tags },
    variables: [...(template?.variables ?? [])],
    updated_at: isoTime(prompt.updatedAt),
    ...(moves.length > 0 ? { alias_moves: moves } : {}),
    ...(problem === undefined ? {} : { problem }),
    ...(match ? { matched: [...match.fields] } : {}),
    ...(match && match.missing.length > 0 ? { missing: [...match.missing] } : {}),
  };
}

export function formatListed(prompt: ListedPrompt): ToolText {
  const aliases = Object.entries(prompt.aliases).map(([alias, at]) => `@${alias}=${at}`);
  const facts = [
    prompt.problem !== undefined && `unreadable: ${prompt.problem}`,
    prompt.latest_version !== undefined
      ? `latest ${prompt.latest_version}, ${latestOrigin(prompt)}`
      : prompt.problem === undefined && "no versions",
    ...aliases,
    prompt.variables.length > 0 &&
      `${nounFor(prompt.variables.length, "variable")} ${prompt.variables.join(", ")}`,
    Object.keys(prompt.tags).length > 0 && `tags ${toJsonText(prompt.tags)}`,
    prompt.matched && `matches in ${prompt.matched.join(", ")}`,
    prompt.missing && `lacks ${prompt.missing.map((word) => `"${word}"`).join(", ")}`,
  ].filter(Boolean);
  const description = prompt.description && `: ${prompt.description}`;
  return line`- ${prompt.name} (${facts.join("; ")})${description}${describeChanges(prompt)}`;
}

function describeChanges(prompt: ListedPrompt): string {
  const { latest_commit_message: message, latest_version, alias_moves = [] } = prompt;
  const changes = [
    message && `version ${latest_version}: ${message}`,
    ...alias_moves.map((move) => `${describeAliasMove(move)}, at ${move.at}`),
  ].filter(Boolean);
  return changes.length === 0 ? "" : ` | Changed: ${changes.join("; ")}`;
}

function recentMoves(prompt: Prompt, { changedSince = 0 }: PromptSearch) {
  return readAliasHistory(prompt)
    .filter(({ at }) => Date.parse(at) >= changedSince)
    .slice(0, maxMoves);
}

function viewLatest(latest: PromptVersion, { order }: PromptSearch) {
  const { created_at, author } = viewOrigin(latest);
  return {
    latest_version: latest.version,
    latest_created_at: created_at,
    ...(author === undefined ? {} : { latest_author: author }),
    ...(order === "changed" ? { latest_commit_message: latest.commitMessage } : {}),
  };
}

function latestOrigin({
  latest_created_at: created_at = "",
  latest_author: author,
}: ListedPrompt): string {
  return describeOrigin({ created_at, author });
}
