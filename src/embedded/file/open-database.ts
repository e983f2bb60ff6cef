import { closeSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type Libsql from "libsql";
import { RegistryError } from "../../registry/errors.ts";
import { Database } from "./database.ts";
import { FileGuard, logSize, rejectForeignLog } from "./file-guard.ts";
import { getSqliteCode, sqlite } from "./sqlite-errors.ts";

/**
 * How long the driver itself waits for a lock, in milliseconds. The wait blocks the whole process, so it
 * only covers a typical transaction; `EmbeddedConnection` waits longer, without blocking.
 */
const driverTimeoutMs = 20;

/** An open database, and the guard that checks its file before each use. */
export interface OpenDatabase {
  readonly db: Database;
  readonly guard: FileGuard;
}

/** Opens the file. Creates it and its directories if they are missing, with access for this user only. */
export function openDatabase(driver: typeof Libsql, path: string): OpenDatabase {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new RegistryError(
      "unavailable",
      `The database file ${path} is a directory. Use a file, for example one in that directory.`,
    );
  }
  createDirectory(path);
  rejectForeignLog(path);
  createFile(path);
  const guard = new FileGuard(path, false);
  const db = open(driver, path, path);
  try {
    db.pragma("schema_version");
  } catch (error) {
    db.close();
    if (!isWriteError(error)) throw error;
    if (logSize(path) > 0) throw unusableLog(path, error);
    return { db: openImmutable(driver, path), guard: new FileGuard(path, true) };
  }
  db.run("PRAGMA foreign_keys = ON");
  return { db, guard };
}

/** Runs the work with the driver's lock timeout at 0: it fails at once if the file is locked. */
export function withoutWaiting<T>(db: Database, work: () => T): T {
  db.run("PRAGMA busy_timeout = 0");
  try {
    return work();
  } finally {
    db.run(`PRAGMA busy_timeout = ${driverTimeoutMs}`);
  }
}

function createDirectory(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new RegistryError(
      "unavailable",
      `The directory of the database file ${path} could not be created: ${getReason(error)}. Create it, or use a file in another directory.`,
      {},
      { cause: error },
    );
  }
}

/** Creates an empty file, which SQLite treats as a new database, with access for its owner only. */
function createFile(path: string): void {
  if (statSync(path, { throwIfNoEntry: false })) return;
  try {
    closeSync(openSync(path, "a", 0o600));
  } catch (error) {
    throw cannotOpen(path, error);
  }
}

function open(driver: typeof Libsql, path: string, location: string): Database {
  try {
    return new Database(new driver(location, { timeout: driverTimeoutMs }));
  } catch (error) {
    throw cannotOpen(path, error);
  }
}

function cannotOpen(path: string, cause: unknown): RegistryError {
  return new RegistryError(
    "unavailable",
    `The database file ${path} could not be opened. Give this program's user permission to read and write the file and its directory, or use a file in another directory.`,
    {},
    { cause },
  );
}

function isWriteError(error: unknown): boolean {
  const code = getSqliteCode(error);
  return code === sqlite.cannotOpen || code === sqlite.readOnly;
}

function unusableLog(path: string, cause: unknown): RegistryError {
  return new RegistryError(
    "unavailable",
    `The database file ${path} has a write-ahead log (${path}-wal) that this program's user has no permission to use. Give the user permission to write the file and its directory, or close the program that writes the file.`,
    {},
    { cause },
  );
}

/**
 * Opens a file in WAL mode whose two additional files cannot be created. Without a log the file itself is
 * complete, so it can be read as an immutable file.
 */
function openImmutable(driver: typeof Libsql, path: string): Database {
  return open(driver, path, `${pathToFileURL(path).href}?immutable=1`);
}

function getReason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
