import type Database from "libsql";
import * as z from "zod";
import { tables } from "../src/embedded/file/layout.ts";

const row = z.record(z.string(), z.union([z.string(), z.number(), z.null()]));

/** Which rows are copied: registering as many prompts would take minutes. */
interface Rows {
  readonly tables: readonly string[];
  /** In SQL. */
  readonly where: string;
  /** The column that each copy has a value of its own in. */
  readonly column: string;
}

/** Copies a prompt with all it has, under other names. */
export function copyPrompt(db: Database.Database, name: string, names: readonly string[]): void {
  copy(db, { tables, where: `name = '${name}'`, column: "name" }, names);
}

/** Copies a version of a prompt as other versions of it. */
export function copyVersion(
  db: Database.Database,
  { name, version }: { readonly name: string; readonly version: number },
  versions: readonly number[],
): void {
  const where = `name = '${name}' AND version = ${version}`;
  copy(db, { tables: tables.slice(-2), where, column: "version" }, versions);
}

/** Copies the contents of the default workspace into other workspaces. */
export function copyWorkspace(db: Database.Database, workspaces: readonly string[]): void {
  copy(db, { tables, where: "workspace = 'default'", column: "workspace" }, workspaces);
}

/** Rows are read once: MLflow's tables of tags have no index by name. */
function copy(
  db: Database.Database,
  { tables, where, column }: Rows,
  copies: readonly (string | number)[],
): void {
  const inserts = tables.flatMap((table) => {
    const rows = z.array(row).parse(db.prepare(`SELECT * FROM ${table} WHERE ${where}`).all());
    return rows.map((values) => {
      const columns = Object.keys(values);
      const statement = db.prepare(
        `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
      );
      return (copy: string | number) =>
        statement.run(...Object.values({ ...values, [column]: copy }));
    });
  });
  db.transaction(() => {
    for (const one of copies) for (const insert of inserts) insert(one);
  })();
}
