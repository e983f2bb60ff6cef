import * as z from "zod";
import { quote, RegistryError } from "../../registry/errors.ts";
import type { Database } from "./database.ts";
import { findRelease, supportedReleases } from "./revisions.ts";

/** The properties of a database file that reads and writes of prompts depend on. */
export interface Layout {
  /** MLflow's name for the file's schema (an Alembic revision). */
  readonly revision: string;
  /** The MLflow release of that schema, such as "3.10"; absent for a schema between two releases. */
  readonly release?: string;
  /** Whether rows belong to workspaces. */
  readonly workspaces: boolean;
  /** SQLite's counter of schema changes. */
  readonly schemaVersion: number;
}

const revisionRow = z.object({ version_num: z.string() });
const columnRow = z.object({ name: z.string() });

/** The registry's tables; referenced tables come first. */
export const tables = [
  "registered_models",
  "registered_model_tags",
  "registered_model_aliases",
  "model_versions",
  "model_version_tags",
] as const;

/**
 * Returns the file's layout: `known`, or a new one if MLflow has upgraded the file since.
 * @throws RegistryError `unreadable` for an unsupported schema, `unavailable` for an incomplete upgrade
 */
export function readLayout(db: Database, path: string, known: Layout | undefined): Layout {
  const schemaVersion = db.pragma("schema_version");
  const revision = readRevision(db, path);
  if (known?.schemaVersion === schemaVersion && known.revision === revision) return known;

  const release = findRelease(revision);
  if (release === null) throw unknownRevision(path, revision);
  const workspaces = tables.filter((table) => columnsOf(db, path, table).includes("workspace"));
  if (workspaces.length !== 0 && workspaces.length !== tables.length) throw halfUpgraded(path);
  return {
    revision,
    ...(release === undefined ? {} : { release }),
    workspaces: workspaces.length > 0,
    schemaVersion,
  };
}

function readRevision(db: Database, path: string): string {
  const rows = db.select(revisionRow, "SELECT version_num FROM alembic_version");
  const [row] = rows;
  if (row === undefined || rows.length > 1) throw halfUpgraded(path);
  return row.version_num;
}

function columnsOf(db: Database, path: string, table: string): string[] {
  const columns = db.select(columnRow, "SELECT name FROM pragma_table_info(:table)", { table });
  if (columns.length === 0) throw halfUpgraded(path);
  return columns.map(({ name }) => name);
}

function unknownRevision(path: string, revision: string): RegistryError {
  return new RegistryError(
    "unreadable",
    `The database file ${path} has the schema revision ${quote(revision)}, but this program supports only the revisions of ${supportedReleases}. Run "mlflow server" of the file's release on the file and set MLFLOW_TRACKING_URI to the server's address. A file of an older release can also be upgraded with "mlflow db upgrade".`,
  );
}

function halfUpgraded(path: string): RegistryError {
  return new RegistryError(
    "unavailable",
    `The database file ${path} is between two schemas of MLflow. If MLflow is creating or upgrading the file, try again when that is complete. If it was interrupted, start "mlflow server" on the file, or restore a backup.`,
  );
}
