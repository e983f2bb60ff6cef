import * as z from "zod";
import type { PageRequest } from "../registry/prompt-registry.ts";
import { decodeCursor, encodeCursor } from "../registry/search/cursor.ts";
import type { SearchPlan } from "../registry/search/search-plan.ts";
import type { SortKey } from "../registry/search/sort-key.ts";
import type { Page, Prompt, PromptVersion } from "../registry/types.ts";
import { storedTag } from "../registry/versions/stored-version.ts";
import { isLive, loadPrompts, loadVersions } from "./read-rows.ts";
import type { WorkspaceScope } from "./workspace-scope.ts";

const nameRow = z.object({ name: z.string() });
const numberRow = z.object({ version: z.number().int() });

type TagPair = readonly [key: string, value: string];

/**
 * Reads at most `count` prompts after a key that match the conditions that SQL can check, in the order of
 * the plan.
 * @returns the prompts, and whether there are more
 */
export function findPromptsAfter(
  scope: WorkspaceScope,
  plan: SearchPlan,
  after: SortKey | undefined,
  count: number,
): { readonly prompts: readonly Prompt[]; readonly more: boolean } {
  const names = findNamesAfter(scope, plan, after, count + 1);
  const prompts = loadPrompts(scope, names.slice(0, count), "report");
  return { prompts, more: names.length > count };
}

/** Reads one page of a prompt's live versions, newest first. */
export function listVersions(
  scope: WorkspaceScope,
  name: string,
  page: PageRequest,
): Page<PromptVersion> {
  const listing = { identity: ["versions", scope.workspace, name], after: z.number().int() };
  const before = decodeCursor(listing, page.cursor) ?? Number.MAX_SAFE_INTEGER;
  const found = scope.select(
    numberRow,
    `SELECT v.version FROM model_versions v
     WHERE v.name = :name AND v.version < :before AND ${isLive("v")} AND ${scope.in("v")}
     ORDER BY v.version DESC LIMIT :limit`,
    { name, before, limit: page.limit + 1 },
  );
  const shown = found.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    items: loadVersions(
      scope,
      shown.map(({ version }) => ({ name, version })),
      "report",
    ),
    ...(last === undefined || shown.length === found.length
      ? {}
      : { nextCursor: encodeCursor(listing, last.version) }),
  };
}

/** The first matching names after a key. */
function findNamesAfter(
  scope: WorkspaceScope,
  { search, walk }: SearchPlan,
  after: SortKey | undefined,
  count: number,
): string[] {
  const { nameContains = "", alias, changedSince } = search;
  const required: readonly TagPair[] = [
    [storedTag.isPrompt, "true"],
    ...Object.entries(search.tags ?? {}).toSorted(),
  ];
  const { order, isAfter } = orders[walk];
  const conditions = [
    scope.in("m"),
    ...(after === undefined ? [] : [isAfter]),
    ...(changedSince === undefined ? [] : [`${changed} >= :since`]),
    ...required.map((_, index) => tagCondition(scope, index)),
    ...(alias === undefined ? [] : [aliasCondition(scope, alias)]),
  ];
  const tagValues = required.flatMap(([key, value], index) => [
    [`key${index}`, key],
    [`value${index}`, value],
  ]);
  const rows = scope.select(
    nameRow,
    `SELECT m.name FROM registered_models m
     WHERE ${conditions.join(" AND ")} ORDER BY ${order} LIMIT :limit`,
    {
      rank: after?.rank ?? null,
      name: after?.name ?? null,
      since: changedSince ?? null,
      alias: alias ?? null,
      // SQLite folds the case of ASCII letters only, so `nameContains` is checked below.
      limit: nameContains === "" ? count : -1,
      ...Object.fromEntries(tagValues),
    },
  );
  const part = nameContains.toLowerCase();
  return rows
    .map(({ name }) => name)
    .filter((name) => name.toLowerCase().includes(part))
    .slice(0, count);
}

const changed = "coalesce(m.last_updated_time, 0)";

/** The orders of `SearchPlan.walkKey`, and the condition for rows after a key. */
const orders = {
  name: { order: "m.name", isAfter: "m.name > :name" },
  changed: {
    order: `${changed} DESC, m.name`,
    isAfter: `(0 - ${changed}, m.name) > (:rank, :name)`,
  },
} as const;

function tagCondition(scope: WorkspaceScope, index: number): string {
  return `EXISTS (
    SELECT 1 FROM registered_model_tags t
    WHERE t.key = :key${index} AND t.value = :value${index} AND t.name = m.name AND ${scope.in("t")})`;
}

/** Every prompt with a version has the alias "latest". */
function aliasCondition(scope: WorkspaceScope, alias: string): string {
  const version = `SELECT 1 FROM model_versions v
    WHERE v.name = m.name AND ${isLive("v")} AND ${scope.in("v")}`;
  if (alias.toLowerCase() === "latest") return `EXISTS (${version})`;
  return `EXISTS (${version} AND v.version = (
    SELECT a.version FROM registered_model_aliases a
    WHERE a.name = m.name AND a.alias = :alias AND ${scope.in("a")}))`;
}
