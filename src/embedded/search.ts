import * as z from "zod";
import { decodeCursor, encodeCursor } from "../registry/cursor.ts";
import type { PageRequest, PromptSearch } from "../registry/prompt-registry.ts";
import { storedTag } from "../registry/stored-version.ts";
import type { Page, Prompt, PromptVersion } from "../registry/types.ts";
import { live, loadPrompts, loadVersions } from "./load.ts";
import type { Scope } from "./scope.ts";

const nameRow = z.object({ name: z.string() });
const numberRow = z.object({ version: z.number().int() });

type TagPair = readonly [key: string, value: string];

/** One page of the prompts that match, in order of name. */
export function searchPrompts(scope: Scope, search: PromptSearch): Page<Prompt> {
  const tags = Object.entries(search.tags ?? {}).toSorted();
  const listing = {
    identity: ["prompts", scope.workspace, search.nameContains ?? "", tags, search.alias],
    after: z.string(),
  };
  const after = decodeCursor(listing, search.cursor) ?? "";
  const names = matchingNames(scope, search, tags, after);
  const page = names.slice(0, search.limit);
  const last = page.at(-1);
  return {
    items: loadPrompts(scope, page),
    ...(last === undefined || page.length === names.length
      ? {}
      : { nextCursor: encodeCursor(listing, last) }),
  };
}

/** One page of a prompt's live versions, newest first. */
export function listVersions(scope: Scope, name: string, page: PageRequest): Page<PromptVersion> {
  const listing = { identity: ["versions", scope.workspace, name], after: z.number().int() };
  const before = decodeCursor(listing, page.cursor) ?? Number.MAX_SAFE_INTEGER;
  const found = scope.select(
    numberRow,
    `SELECT v.version FROM model_versions v
     WHERE v.name = :name AND v.version < :before AND ${live("v")} AND ${scope.in("v")}
     ORDER BY v.version DESC LIMIT :limit`,
    { name, before, limit: page.limit + 1 },
  );
  const shown = found.slice(0, page.limit);
  const last = shown.at(-1);
  return {
    items: loadVersions(
      scope,
      shown.map(({ version }) => ({ name, version })),
    ),
    ...(last === undefined || shown.length === found.length
      ? {}
      : { nextCursor: encodeCursor(listing, last.version) }),
  };
}

/** Names after `after` that match, in order; one more than a page holds when there is a next. */
function matchingNames(
  scope: Scope,
  { nameContains = "", alias, limit }: PromptSearch,
  tags: readonly TagPair[],
  after: string,
): string[] {
  const required: readonly TagPair[] = [[storedTag.isPrompt, "true"], ...tags];
  const conditions = [
    "m.name > :after",
    scope.in("m"),
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
     WHERE ${conditions.join(" AND ")} ORDER BY m.name LIMIT :limit`,
    {
      after,
      alias: alias ?? null,
      // SQLite knows the case of ASCII letters only: parts of names are looked for below.
      limit: nameContains === "" ? limit + 1 : -1,
      ...Object.fromEntries(tagValues),
    },
  );
  const part = nameContains.toLowerCase();
  return rows.map(({ name }) => name).filter((name) => name.toLowerCase().includes(part));
}

function tagCondition(scope: Scope, index: number): string {
  return `EXISTS (
    SELECT 1 FROM registered_model_tags t
    WHERE t.key = :key${index} AND t.value = :value${index} AND t.name = m.name AND ${scope.in("t")})`;
}

/** Every prompt that has a version has the alias "latest". */
function aliasCondition(scope: Scope, alias: string): string {
  const version = `SELECT 1 FROM model_versions v
    WHERE v.name = m.name AND ${live("v")} AND ${scope.in("v")}`;
  if (alias.toLowerCase() === "latest") return `EXISTS (${version})`;
  return `EXISTS (${version} AND v.version = (
    SELECT a.version FROM registered_model_aliases a
    WHERE a.name = m.name AND a.alias = :alias AND ${scope.in("a")}))`;
}
