import * as z from "zod";
import { readJson } from "../registry/read-json.ts";
import { describeSchemaError } from "../registry/text/schema-problem.ts";
import type { Prompt, PromptVersion } from "../registry/types.ts";
import {
  decodeVersionTags,
  isPrompt,
  pickAliasHistory,
  pickUserTags,
  storedTag,
  toTags,
} from "../registry/versions/stored-version.ts";
import type { Values } from "./file/database.ts";
import type { WorkspaceScope } from "./workspace-scope.ts";

/** The key of a version. */
export interface VersionKey {
  readonly name: string;
  readonly version: number;
}

/** The SQL condition for a live version. MLflow never returns a version whose stage is NULL. */
export function isLive(table: string): string {
  return `${table}.current_stage <> 'Deleted_Internal'`;
}

const nameRow = z.object({ name: z.string() });
const keyRow = z.object({ name: z.string(), version: z.number().int() });

/** A column of JSON that a statement aggregates from several rows. */
function jsonColumn<T>(isOne: (value: unknown) => value is T) {
  return z
    .string()
    .transform((text): unknown => readJson(text))
    .pipe(z.custom<T>(isOne));
}

const row = z.object({
  /** The index in the list of requested keys. */
  place: z.number(),
  name: z.string(),
  description: z.string().nullable(),
  creation_time: z.number().nullable(),
  last_updated_time: z.number().nullable(),
  tags: jsonColumn(isStoredTags).transform((stored) => toTags(Object.entries(stored))),
});
const promptRow = row.extend({ aliases: jsonColumn(isAliases) });
const versionRow = row.extend({
  version: z.number().int(),
  user_id: z.string().nullable(),
  aliases: jsonColumn(isNames),
});

/**
 * What happens with a malformed row. A single read throws its error. In a list the row has only its key
 * and the problem, so that the other rows can be returned.
 */
export type OnMalformedRow = "throw" | "report";

const place = z.object({ place: z.number(), name: z.string() });
const nothing = { description: "", creation_time: 0, last_updated_time: 0 };
const tags = { [storedTag.isPrompt]: "true" };
const unreadablePrompt = place.transform((row) => ({ ...row, ...nothing, tags, aliases: {} }));
const unreadableVersion = place
  .extend({ version: z.number().int() })
  .transform((row) => ({ ...row, ...nothing, tags, aliases: [], user_id: null }));

/** Reads the prompts of these names, in this order. Leaves out missing names, and models that are no prompts. */
export function loadPrompts(
  scope: WorkspaceScope,
  names: readonly string[],
  onMalformedRow: OnMalformedRow = "throw",
): Prompt[] {
  if (names.length === 0) return [];
  const rows = readRows<z.infer<typeof promptRow> & Problem>(
    scope,
    { whole: promptRow, unreadable: onMalformedRow === "throw" ? undefined : unreadablePrompt },
    `WITH RECURSIVE ${tagKeysQuery(scope, "registered_model_tags")}
     SELECT wanted.key AS place, m.name, m.description, m.creation_time, m.last_updated_time,
       (SELECT json_group_object(t.key, ${readable("t.value")})
        FROM keys CROSS JOIN registered_model_tags t
        WHERE t.key = keys.key AND t.name = m.name AND ${scope.in("t")}) AS tags,
       (SELECT json_group_object(a.alias, a.version ORDER BY a.alias)
        FROM registered_model_aliases a
        JOIN model_versions v ON v.name = a.name AND v.version = a.version
        WHERE a.name = m.name AND ${isNotLatest("a")} AND ${scope.in("a")}
          AND ${isLive("v")} AND ${scope.in("v")}) AS aliases
     FROM json_each(:names) wanted CROSS JOIN registered_models m
     WHERE m.name = wanted.value AND ${scope.in("m")}`,
    { names: JSON.stringify(names) },
  );
  const prompts = sortByPlace(rows).filter(({ tags }) => isPrompt(tags));
  const latest = new Map(
    loadVersions(scope, findLatestKeys(scope, names), onMalformedRow).map((one) => [one.name, one]),
  );
  return prompts.map(({ name, tags, aliases, problem, ...row }) => {
    const newest = latest.get(name);
    return {
      name,
      description: row.description ?? "",
      tags: pickUserTags(tags),
      aliases,
      ...(newest === undefined || problem !== undefined ? {} : { latest: newest }),
      ...pickAliasHistory(tags),
      ...(problem === undefined ? {} : { problem }),
      createdAt: row.creation_time ?? 0,
      updatedAt: row.last_updated_time ?? 0,
    };
  });
}

/** Reads the live versions among these keys, in this order. Does not check that they belong to prompts. */
export function loadVersions(
  scope: WorkspaceScope,
  wanted: readonly VersionKey[],
  onMalformedRow: OnMalformedRow = "throw",
): PromptVersion[] {
  if (wanted.length === 0) return [];
  const rows = readRows<z.infer<typeof versionRow> & Problem>(
    scope,
    { whole: versionRow, unreadable: onMalformedRow === "throw" ? undefined : unreadableVersion },
    `WITH RECURSIVE ${tagKeysQuery(scope, "model_version_tags")}
     SELECT wanted.key AS place, v.name, v.version, v.description, v.creation_time,
       v.last_updated_time, v.user_id,
       (SELECT json_group_object(t.key, ${readable("t.value")})
        FROM keys CROSS JOIN model_version_tags t
        WHERE t.key = keys.key AND t.name = v.name AND t.version = v.version
          AND ${scope.in("t")}) AS tags,
       (SELECT json_group_array(a.alias ORDER BY a.alias) FROM registered_model_aliases a
        WHERE a.name = v.name AND a.version = v.version AND ${isNotLatest("a")}
          AND ${scope.in("a")}) AS aliases
     FROM json_each(:wanted) wanted CROSS JOIN model_versions v
     WHERE v.name = wanted.value ->> 0 AND v.version = wanted.value ->> 1
       AND ${isLive("v")} AND ${scope.in("v")}`,
    { wanted: JSON.stringify(wanted.map(({ name, version }) => [name, version])) },
  );
  return sortByPlace(rows).map(({ name, version, tags, aliases, problem, ...row }) => ({
    name,
    version,
    commitMessage: row.description ?? "",
    ...decodeVersionTags(tags),
    ...(problem === undefined ? {} : { template: { kind: "unreadable", text: "", problem } }),
    aliases,
    createdAt: row.creation_time ?? 0,
    updatedAt: row.last_updated_time ?? 0,
    ...(row.user_id === null || row.user_id === "" ? {} : { userId: row.user_id }),
  }));
}

/** The names among these that are prompts. */
export function filterPrompts(scope: WorkspaceScope, names: readonly string[]): Set<string> {
  const rows = scope.select(
    nameRow,
    `SELECT t.name FROM registered_model_tags t
     WHERE t.key = :key AND t.value = 'true'
       AND t.name IN (SELECT value FROM json_each(:names)) AND ${scope.in("t")}`,
    { key: storedTag.isPrompt, names: JSON.stringify(names) },
  );
  return new Set(rows.map(({ name }) => name));
}

/** The key of the newest live version of each name. Leaves out names without one. */
export function findLatestKeys(scope: WorkspaceScope, names: readonly string[]): VersionKey[] {
  return scope.select(
    keyRow,
    `SELECT v.name, max(v.version) AS version FROM model_versions v
     WHERE v.name IN (SELECT value FROM json_each(:names)) AND ${isLive("v")} AND ${scope.in("v")}
     GROUP BY v.name`,
    { names: JSON.stringify(names) },
  );
}

/** The key that the alias points at: none or one. The version may have been deleted. */
export function findAliasTarget(scope: WorkspaceScope, name: string, alias: string): VersionKey[] {
  return scope.select(
    keyRow,
    `SELECT a.name, a.version FROM registered_model_aliases a
     WHERE a.name = :name AND a.alias = :alias AND ${scope.in("a")}`,
    { name, alias },
  );
}

/**
 * The SQL condition for an alias that is not spelled like "latest", which always means the newest version.
 * MLflow up to 3.16 also keeps the aliases of deleted versions; statements must leave them out too.
 */
function isNotLatest(table: string): string {
  return `lower(${table}.alias) <> 'latest'`;
}

/**
 * A common table expression of the distinct tag keys of a table. The primary key starts with the tag key,
 * and only later releases index the name. Iterating over the keys lets SQLite use the primary key to find
 * the tags of one version among those of thousands.
 */
function tagKeysQuery(scope: WorkspaceScope, table: string): string {
  return `keys(key) AS MATERIALIZED (
    SELECT min(t.key) FROM ${table} t WHERE ${scope.in("t")}
    UNION ALL
    SELECT (SELECT min(t.key) FROM ${table} t WHERE t.key > keys.key AND ${scope.in("t")})
    FROM keys WHERE keys.key IS NOT NULL
  )`;
}

/** JSON has no BLOB: a BLOB becomes a number, which the schema rejects because it is not a text. */
function readable(value: string): string {
  return `CASE typeof(${value}) WHEN 'blob' THEN 0 ELSE ${value} END`;
}

interface Problem {
  readonly problem?: string;
}

function readRows<Row extends Problem>(
  scope: WorkspaceScope,
  read: { readonly whole: z.ZodType<Row>; readonly unreadable: z.ZodType<Row> | undefined },
  sql: string,
  values: Values,
): readonly Row[] {
  return scope.select(z.unknown(), sql, values).map((one) => {
    const row = read.whole.safeParse(one);
    if (row.success) return row.data;
    if (read.unreadable === undefined) throw row.error;
    return { ...read.unreadable.parse(one), problem: describeSchemaError(row.error) };
  });
}

function sortByPlace<Row extends { readonly place: number }>(rows: readonly Row[]): Row[] {
  return rows.toSorted((one, other) => one.place - other.place);
}

function isStoredTags(value: unknown): value is Readonly<Record<string, string | null>> {
  return (
    isObject(value) && Object.values(value).every((one) => one === null || typeof one === "string")
  );
}

function isAliases(value: unknown): value is Prompt["aliases"] {
  return isObject(value) && Object.values(value).every((one) => typeof one === "number");
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
