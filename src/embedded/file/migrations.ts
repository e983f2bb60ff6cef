import * as z from "zod";
import { RegistryError } from "../../registry/errors.ts";
import type { Database } from "./database.ts";
import { mlflowSchema } from "./schema/mlflow-3.8.ts";

/** "MLpr": marks a file that this program created, and may therefore migrate. */
export const applicationId = 0x4d4c7072;

/** Step n migrates an own file from schema version n to n + 1. Only append steps. */
export const migrations: readonly ((db: Database) => void)[] = [
  function createSchema(db) {
    db.run(mlflowSchema);
    db.run(`PRAGMA application_id = ${applicationId}`);
  },
];

/**
 * Creates the schema of a new file, or migrates an own file, in one transaction. Does not change files of
 * MLflow.
 * @param fill writes the first content of a new file, in the transaction that creates it: of processes
 *   that start at the same time, one creates and fills the file
 */
export function migrate(db: Database, path: string, fill?: () => void, steps = migrations): void {
  if (!isOwnFile(db, path)) return;
  if (readVersion(db, path, steps.length) === steps.length) return;
  db.transaction("IMMEDIATE", () => {
    // Another process may have migrated the file before this one got the lock.
    const from = readVersion(db, path, steps.length);
    for (const step of steps.slice(from)) step(db);
    db.run(`PRAGMA user_version = ${steps.length}`);
    if (from === 0) fill?.();
  });
}

function readVersion(db: Database, path: string, newest: number): number {
  const version = db.pragma("user_version");
  if (version <= newest) return version;
  throw new RegistryError(
    "unreadable",
    `The database file ${path} was last used by a newer release of this program (its schema version is ${version}, this release supports ${newest}). Upgrade this program, or use another file.`,
  );
}

function isOwnFile(db: Database, path: string): boolean {
  if (db.pragma("application_id") === applicationId) return true;
  const tables = db.select(
    z.object({ name: z.string() }),
    "SELECT name FROM sqlite_master WHERE type = 'table'",
  );
  if (tables.length === 0) return true;
  if (tables.some(({ name }) => name === "alembic_version")) return false;
  throw new RegistryError(
    "unreadable",
    `The database file ${path} belongs to another program: it has tables, but not MLflow's alembic_version. Use a file that MLflow created, or a new file.`,
  );
}
