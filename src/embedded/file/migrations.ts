import * as z from "zod";
import { RegistryError } from "../../registry/errors.ts";
import type { Database } from "./database.ts";
import { mlflowSchema } from "./schema/mlflow-3.8.ts";

/** "MLpr": marks a file that this project created and therefore may migrate and fill. */
export const applicationId = 0x4d4c7072;

/** Each step brings a file of ours from the version of its index to the next. Only ever append. */
export const migrations: readonly ((db: Database) => void)[] = [
  function createSchema(db) {
    db.run(mlflowSchema);
    db.run(`PRAGMA application_id = ${applicationId}`);
  },
];

/**
 * Makes a new file a registry and brings a file of ours up to date, each in one transaction; leaves
 * MLflow's own files as they are. Returns whether the file is ours.
 */
export function migrate(db: Database, path: string, steps = migrations): boolean {
  if (!isOwnFile(db, path)) return false;
  if (readVersion(db, path, steps.length) === steps.length) return true;
  db.transaction("IMMEDIATE", () => {
    // Another process may have been faster.
    const from = readVersion(db, path, steps.length);
    for (const step of steps.slice(from)) step(db);
    db.run(`PRAGMA user_version = ${steps.length}`);
  });
  return true;
}

function readVersion(db: Database, path: string, newest: number): number {
  const version = db.pragma("user_version");
  if (version <= newest) return version;
  throw new RegistryError(
    "unreadable",
    `The database file ${path} was last used by a newer release of this program (its schema version is ${version}, this release knows ${newest}). Upgrade this program, or name another file.`,
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
    `The database file ${path} belongs to another program: it has tables and none of them is MLflow's alembic_version. Name a file that MLflow made, or a new one.`,
  );
}
