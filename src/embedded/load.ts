import * as z from "zod";
import { decodeVersionTags, isPrompt, storedTag, userTags } from "../registry/stored-version.ts";
import type { Prompt, PromptVersion } from "../registry/types.ts";
import type { Scope } from "./scope.ts";

/** A version by its key. */
export interface VersionKey {
  readonly name: string;
  readonly version: number;
}

/** The condition for a version that was not deleted; MLflow never shows one whose stage is NULL. */
export function live(table: string): string {
  return `${table}.current_stage <> 'Deleted_Internal'`;
}

const nameRow = z.object({ name: z.string() });
const promptRow = z.object({
  name: z.string(),
  description: z.string().nullable(),
  creation_time: z.number().nullable(),
  last_updated_time: z.number().nullable(),
});
const versionRow = promptRow.extend({ version: z.number().int(), user_id: z.string().nullable() });
const tagRow = z.object({ name: z.string(), key: z.string(), value: z.string().nullable() });
const versionTagRow = tagRow.extend({ version: z.number().int() });
const keyRow = z.object({ name: z.string(), version: z.number().int() });
const aliasRow = keyRow.extend({ alias: z.string() });

/** The prompts of these names, in the order of the names; what is absent or no prompt is left out. */
export function loadPrompts(scope: Scope, names: readonly string[]): Prompt[] {
  if (names.length === 0) return [];
  const values = { names: JSON.stringify(names) };
  const rows = scope.select(
    promptRow,
    `SELECT m.name, m.description, m.creation_time, m.last_updated_time
     FROM registered_models m
     WHERE m.name IN (SELECT value FROM json_each(:names)) AND ${scope.in("m")}`,
    values,
  );
  const byName = new Map(rows.map((row) => [row.name, row]));
  const tags = groupBy(
    scope.select(
      tagRow,
      `WITH RECURSIVE ${keysOf(scope, "registered_model_tags")}
       SELECT t.name, t.key, t.value
       FROM json_each(:names) wanted CROSS JOIN keys CROSS JOIN registered_model_tags t
       WHERE t.key = keys.key AND t.name = wanted.value AND ${scope.in("t")}`,
      values,
    ),
    ({ name }) => name,
  );
  const aliases = groupBy(aliasesOf(scope, names), ({ name }) => name);
  const latest = new Map(
    loadVersions(scope, latestKeys(scope, names)).map((version) => [version.name, version]),
  );

  return names.flatMap((name) => {
    const row = byName.get(name);
    const stored = tagsFrom(tags.get(name));
    if (row === undefined || !isPrompt(stored)) return [];
    const newest = latest.get(name);
    return {
      name,
      description: row.description ?? "",
      tags: userTags(stored),
      aliases: Object.fromEntries((aliases.get(name) ?? []).map((one) => [one.alias, one.version])),
      ...(newest === undefined ? {} : { latest: newest }),
      createdAt: row.creation_time ?? 0,
      updatedAt: row.last_updated_time ?? 0,
    };
  });
}

/** The live versions among these, in the order asked for. Whether they are prompts is not asked. */
export function loadVersions(scope: Scope, wanted: readonly VersionKey[]): PromptVersion[] {
  if (wanted.length === 0) return [];
  const values = { wanted: JSON.stringify(wanted.map(({ name, version }) => [name, version])) };
  const rows = scope.select(
    versionRow,
    `SELECT v.name, v.version, v.description, v.creation_time, v.last_updated_time, v.user_id
     FROM json_each(:wanted) wanted CROSS JOIN model_versions v
     WHERE v.name = wanted.value ->> 0 AND v.version = wanted.value ->> 1
       AND ${live("v")} AND ${scope.in("v")}`,
    values,
  );
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  const tags = groupBy(
    scope.select(
      versionTagRow,
      `WITH RECURSIVE ${keysOf(scope, "model_version_tags")}
       SELECT t.name, t.version, t.key, t.value
       FROM json_each(:wanted) wanted CROSS JOIN keys CROSS JOIN model_version_tags t
       WHERE t.key = keys.key AND t.name = wanted.value ->> 0 AND t.version = wanted.value ->> 1
         AND ${scope.in("t")}`,
      values,
    ),
    keyOf,
  );
  const names = [...new Set(wanted.map(({ name }) => name))];
  const aliases = groupBy(aliasesOf(scope, names), keyOf);

  return wanted.flatMap((key) => {
    const row = byKey.get(keyOf(key));
    if (row === undefined) return [];
    return {
      name: row.name,
      version: row.version,
      commitMessage: row.description ?? "",
      ...decodeVersionTags(tagsFrom(tags.get(keyOf(key)))),
      aliases: (aliases.get(keyOf(key)) ?? []).map(({ alias }) => alias),
      createdAt: row.creation_time ?? 0,
      updatedAt: row.last_updated_time ?? 0,
      ...(row.user_id === null || row.user_id === "" ? {} : { userId: row.user_id }),
    };
  });
}

/** Which of these names are prompts. */
export function promptsAmong(scope: Scope, names: readonly string[]): Set<string> {
  const rows = scope.select(
    nameRow,
    `SELECT t.name FROM registered_model_tags t
     WHERE t.key = :key AND t.value = 'true'
       AND t.name IN (SELECT value FROM json_each(:names)) AND ${scope.in("t")}`,
    { key: storedTag.isPrompt, names: JSON.stringify(names) },
  );
  return new Set(rows.map(({ name }) => name));
}

/** The newest live version of each of these; a name without one is left out. */
export function latestKeys(scope: Scope, names: readonly string[]): VersionKey[] {
  return scope.select(
    keyRow,
    `SELECT v.name, max(v.version) AS version FROM model_versions v
     WHERE v.name IN (SELECT value FROM json_each(:names)) AND ${live("v")} AND ${scope.in("v")}
     GROUP BY v.name`,
    { names: JSON.stringify(names) },
  );
}

/** What the alias points at, unless it is a version that was deleted: none or one. */
export function aliasTarget(scope: Scope, name: string, alias: string): VersionKey[] {
  return scope.select(
    keyRow,
    `SELECT a.name, a.version FROM registered_model_aliases a
     WHERE a.name = :name AND a.alias = :alias AND ${scope.in("a")}`,
    { name, alias },
  );
}

/**
 * The aliases of these prompts, sorted. MLflow up to 3.16 leaves those of a deleted version behind:
 * they are left out, and so is one spelled like "latest", which always means the newest.
 */
function aliasesOf(scope: Scope, names: readonly string[]): z.infer<typeof aliasRow>[] {
  const rows = scope.select(
    aliasRow,
    `SELECT a.name, a.alias, a.version FROM registered_model_aliases a
     JOIN model_versions v ON v.name = a.name AND v.version = a.version
     WHERE a.name IN (SELECT value FROM json_each(:names))
       AND ${live("v")} AND ${scope.in("a")} AND ${scope.in("v")}
     ORDER BY a.alias`,
    { names: JSON.stringify(names) },
  );
  return rows.filter(({ alias }) => alias.toLowerCase() !== "latest");
}

/**
 * The tag keys that a table holds. Its primary key begins with them and only later releases index
 * the name: going from key to key finds the tags of one version among those of thousands.
 */
function keysOf(scope: Scope, table: string): string {
  return `keys(key) AS (
    SELECT min(t.key) FROM ${table} t WHERE ${scope.in("t")}
    UNION ALL
    SELECT (SELECT min(t.key) FROM ${table} t WHERE t.key > keys.key AND ${scope.in("t")})
    FROM keys WHERE keys.key IS NOT NULL
  )`;
}

function tagsFrom(
  rows: readonly { readonly key: string; readonly value: string | null }[] = [],
): Record<string, string> {
  return Object.fromEntries(rows.map(({ key, value }) => [key, value ?? ""]));
}

function keyOf({ name, version }: VersionKey): string {
  return `${version} ${name}`;
}

function groupBy<T>(rows: readonly T[], key: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group === undefined) groups.set(key(row), [row]);
    else group.push(row);
  }
  return groups;
}
