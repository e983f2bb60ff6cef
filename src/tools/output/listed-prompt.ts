import * as z from "zod";
import type { ListedTemplate } from "../../registry/engine/variables.ts";
import type { EvaluatedVersions } from "../../registry/evaluation/evaluated-versions.ts";
import type { PromptMatch, PromptSearch } from "../../registry/search/prompt-search.ts";
import { searchedFields } from "../../registry/search/words/searched-text.ts";
import { nounFor } from "../../registry/text/count.ts";
import { toJsonText } from "../../registry/text/one-line.ts";
import type { Prompt, PromptVersion } from "../../registry/types.ts";
import { aliasMove, findArrival, readAliasHistory } from "../../registry/versions/alias-history.ts";
import { findTitle } from "../../registry/versions/prompt-tags.ts";
import { isNewestLive } from "../../registry/versions/served-version.ts";
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
  alias_since: z
    .record(z.string(), z.object({ at: z.string(), by: z.string().optional() }))
    .optional()
    .describe(
      "When each alias moved to its version, and by whom; only moves through this server are recorded. Only with details.",
    ),
  not_live: z
    .literal(true)
    .optional()
    .describe("The latest version is not the live one. Only with details."),
  evaluated: z
    .boolean()
    .optional()
    .describe(
      "Whether an evaluation run names the latest version. Only with details, where known.",
    ),
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

/** What the details of a prompt follow from. */
export interface ListedDetails {
  /** The aliases that select the live version. */
  readonly live: readonly string[];
  /** Absent where the registry keeps no evaluations. */
  readonly evaluated: EvaluatedVersions | undefined;
}

export function viewListed(
  prompt: Prompt,
  search: PromptSearch,
  about: {
    readonly template: ListedTemplate | undefined;
    readonly match: PromptMatch | undefined;
    /** With details. */
    readonly details: ListedDetails | undefined;
  },
): ListedPrompt {
  const { template, match, details } = about;
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
    ...(details ? viewDetails(prompt, details) : {}),
    ...(moves.length > 0 ? { alias_moves: moves } : {}),
    ...(problem === undefined ? {} : { problem }),
    ...(match ? { matched: [...match.fields] } : {}),
    ...(match && match.missing.length > 0 ? { missing: [...match.missing] } : {}),
  };
}

export function formatListed(prompt: ListedPrompt): ToolText {
  const aliases = Object.entries(prompt.aliases).map(
    ([alias, at]) => `@${alias}=${at}${describeSince(prompt, alias)}`,
  );
  const facts = [
    prompt.problem !== undefined && `unreadable: ${prompt.problem}`,
    prompt.latest_version !== undefined
      ? `latest ${prompt.latest_version}, ${latestOrigin(prompt)}`
      : prompt.problem === undefined && "no versions",
    ...aliases,
    prompt.not_live && "latest is not live",
    prompt.evaluated !== undefined &&
      (prompt.evaluated ? "latest was evaluated" : "latest was never evaluated"),
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

function describeSince({ alias_since: since = {} }: ListedPrompt, alias: string): string {
  const arrival = Object.hasOwn(since, alias) ? since[alias] : undefined;
  if (arrival === undefined) return "";
  return ` since ${describeOrigin({ created_at: arrival.at, author: arrival.by })}`;
}

function viewDetails(prompt: Prompt, { live, evaluated }: ListedDetails) {
  const { name, latest, aliases } = prompt;
  const history = readAliasHistory(prompt);
  const arrivals = Object.entries(aliases).flatMap(([alias, target]) => {
    const move = findArrival(history, alias, target);
    return move ? [[alias, { at: move.at, ...(move.by ? { by: move.by } : {}) }] as const] : [];
  });
  const found = latest && evaluated?.has(name, latest.version);
  return {
    alias_since: Object.fromEntries(arrivals),
    ...(isNewestLive(prompt, live) ? {} : { not_live: true as const }),
    ...(found === undefined || (!found && evaluated?.cut) ? {} : { evaluated: found }),
  };
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
