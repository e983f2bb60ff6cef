import Database from "libsql";
import * as z from "zod";
import { createEmbeddedFile } from "../../src/embedded/embedded-file.ts";

const master = z.object({
  type: z.enum(["table", "index", "trigger", "view"]),
  name: z.string(),
  sql: z.string().nullable(),
});
const column = z.object({
  name: z.string(),
  type: z.string(),
  notnull: z.number(),
  dflt_value: z.string().nullable(),
  pk: z.number(),
  hidden: z.number(),
});
const foreignKey = z.object({
  id: z.number(),
  seq: z.number(),
  table: z.string(),
  from: z.string(),
  to: z.string().nullable(),
  on_update: z.string(),
  on_delete: z.string(),
});
const index = z.object({
  name: z.string(),
  unique: z.number(),
  origin: z.string(),
  partial: z.number(),
});
const indexColumn = z.object({
  name: z.string().nullable(),
  desc: z.number(),
  coll: z.string().nullable(),
  key: z.number(),
});

/** What one table means. */
export interface TableDescription {
  readonly columns: readonly z.infer<typeof column>[];
  readonly foreignKeys: readonly object[];
  readonly indexes: readonly object[];
  readonly constraints: readonly string[];
  /** The expressions of generated columns. */
  readonly generated: readonly string[];
}

export interface SchemaDescription {
  readonly tables: Readonly<Record<string, TableDescription>>;
  readonly triggers: Readonly<Record<string, string>>;
}

/** Makes a new registry file, as the first call of an embedded registry does. */
export async function createFreshFile(path: string): Promise<void> {
  const file = createEmbeddedFile({ path, samples: false });
  await file.registry({}).describe();
  file.close();
}

/**
 * What a database's schema means, without its spelling: two files are deeply equal when their
 * tables have the same columns in the same order, keys, constraints (by name where they have one),
 * indexes, generated columns and triggers.
 */
export function describeSchema(path: string): SchemaDescription {
  const db = new Database(path);
  try {
    const entries = all(
      db,
      master,
      "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name",
    );
    const tables: Record<string, TableDescription> = {};
    const triggers: Record<string, string> = {};
    for (const { type, name, sql } of entries) {
      if (type === "table") tables[name] = describeTable(db, name, normalise(sql ?? ""));
      if (type === "trigger" || type === "view") triggers[name] = normalise(sql ?? "");
    }
    return { tables, triggers };
  } finally {
    db.close();
  }
}

function describeTable(db: Database.Database, name: string, sql: string): TableDescription {
  const indexes = all(db, index, `PRAGMA index_list("${name}")`).map((one) => ({
    ...one,
    // SQLite's own names count the indexes of a table.
    name: one.origin === "c" ? one.name : "",
    columns: all(db, indexColumn, `PRAGMA index_xinfo("${one.name}")`),
  }));
  const generated = [...sql.matchAll(/GENERATED ALWAYS AS\((.*?)\)STORED/g)];
  return {
    columns: all(db, column, `PRAGMA table_xinfo("${name}")`),
    foreignKeys: foreignKeys(all(db, foreignKey, `PRAGMA foreign_key_list("${name}")`)),
    indexes: indexes.toSorted(bySpelling),
    constraints: constraints(sql),
    generated: generated.map(([, expression = ""]) => expression),
  };
}

function all<T>(db: Database.Database, row: z.ZodType<T>, sql: string): T[] {
  return z.array(row).parse(db.prepare(sql).all());
}

/** Foreign keys with their columns in order, without the numbers SQLite gave them. */
function foreignKeys(rows: readonly z.infer<typeof foreignKey>[]): object[] {
  const ids = new Set(rows.map(({ id }) => id));
  return [...ids]
    .map((wanted) =>
      rows
        .filter(({ id }) => id === wanted)
        .toSorted((a, b) => a.seq - b.seq)
        .map(({ id: _, ...rest }) => rest),
    )
    .toSorted(bySpelling);
}

/** Constraints with their names: PRAGMAs show neither the names nor CHECKs. */
function constraints(sql: string): string[] {
  return splitMembers(sql)
    .filter((member) => /^(CONSTRAINT|PRIMARY|FOREIGN|UNIQUE|CHECK)\b/.test(member))
    .toSorted();
}

/** One spelling for what SQL does not tell apart. */
function normalise(sql: string): string {
  return sql
    .replace(/"(\w+)"/g, "$1")
    .replace(/\s+/g, " ")
    .replace(/ ?([(),]) ?/g, "$1")
    .replace(/\b(cascade)\b/g, "CASCADE");
}

/** The columns and constraints between a table's outermost parentheses. */
function splitMembers(sql: string): string[] {
  const members: string[] = [];
  let depth = 0;
  let member = "";
  for (const character of sql) {
    if (character === ")") depth -= 1;
    if (depth === 1 && character === ",") {
      members.push(member);
      member = "";
    } else if (depth > 0) {
      member += character;
    }
    if (character === "(") depth += 1;
  }
  return [...members, member];
}

function bySpelling(a: object, b: object): number {
  return JSON.stringify(a) < JSON.stringify(b) ? -1 : 1;
}
