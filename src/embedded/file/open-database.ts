import { closeSync, mkdirSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import type Libsql from "libsql";
import { RegistryError } from "../../registry/errors.ts";
import { Database } from "./database.ts";
import { FileGuard, logSize, rejectForeignLog } from "./file-guard.ts";
import { sqlite, sqliteCode } from "./sqlite-errors.ts";

/**
 * How long the driver itself waits for a lock, in milliseconds. It blocks the whole process while
 * it does, so it waits for the length of a usual transaction only; the connection waits for more.
 */
const driverTimeoutMs = 20;

/** An open database, and what tells whether the path still leads to it and it may be used. */
export interface OpenDatabase {
  readonly db: Database;
  readonly guard: FileGuard;
}

/** Opens the file, making it and its directories (for this user alone) where they are missing. */
export function openDatabase(driver: typeof Libsql, path: string): OpenDatabase {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
    throw new RegistryError(
      "unavailable",
      `The database file ${path} is a directory. Name a file, for example one in that directory.`,
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

/** Runs the work without the driver's own waiting for locks: it fails at once when there is one. */
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
      `The directory of the database file ${path} could not be made: ${reason(error)}. Make it, or name a file elsewhere.`,
      {},
      { cause: error },
    );
  }
}

/** An empty file, which SQLite takes for a new database: nobody but its owner reads prompts in it. */
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
    `The database file ${path} could not be opened. Give this program's user permission to read and write the file and its directory, or name a file elsewhere.`,
    {},
    { cause },
  );
}

function isWriteError(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === sqlite.cannotOpen || code === sqlite.readOnly;
}

function unusableLog(path: string, cause: unknown): RegistryError {
  return new RegistryError(
    "unavailable",
    `The database file ${path} has a write-ahead log (${path}-wal) that this program's user may not use. Give the user permission to write the file and its directory, or close the program that writes it.`,
    {},
    { cause },
  );
}

/**
 * A file in WAL mode needs two more files beside it. Where they cannot be made and there is no log
 * to read, the file itself holds everything and can be read as one that nobody writes.
 */
function openImmutable(driver: typeof Libsql, path: string): Database {
  return open(driver, path, `${pathToFileURL(path).href}?immutable=1`);
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
