import { setTimeout as sleep } from "node:timers/promises";
import type Libsql from "libsql";
import { RegistryError } from "../../registry/errors.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import { seedSamples } from "../seed.ts";
import type { Database } from "./database.ts";
import { type Layout, readLayout } from "./layout.ts";
import { migrate } from "./migrations.ts";
import { type OpenDatabase, openDatabase, withoutWaiting } from "./open-database.ts";
import { isBusy, sqlite, sqliteCode, toRegistryError } from "./sqlite-errors.ts";

export interface ConnectionOptions {
  readonly path: string;
  /** Fills a file of ours that has no prompt with the sample prompts. */
  readonly samples: boolean;
  /** How long to wait for a lock another process holds, in milliseconds. */
  readonly lockTimeoutMs: number;
}

/**
 * The one connection to a database file that all its views share. It opens at the first call, and
 * again when another file has taken the path. The driver is synchronous, so a transaction of one
 * call never meets that of another; waiting for other processes happens between attempts, where
 * the rest of the program goes on.
 */
export class EmbeddedConnection {
  readonly path: string;
  readonly #options: ConnectionOptions;
  #opened: OpenDatabase | undefined;
  /** Counts the files that were opened. */
  #opening = 0;
  #isPrepared = false;
  #layout: Layout | undefined;
  #firstRevision: string | undefined;
  #closed = false;

  constructor(options: ConnectionOptions) {
    this.path = options.path;
    this.#options = options;
  }

  /** Runs the work on one consistent state of the file. */
  read<T>(work: (db: Database, layout: Layout) => T, options?: CallOptions): Promise<T> {
    return this.#run("DEFERRED", work, options?.signal);
  }

  /** Runs the work as the only writer: all of it happens, or nothing. */
  write<T>(work: (db: Database, layout: Layout) => T, options?: CallOptions): Promise<T> {
    return this.#run("IMMEDIATE", work, options?.signal);
  }

  /**
   * Another one whenever another process may have written, or another file has the path; the same
   * over writes of this connection. Undefined while no file is open: none is opened for that.
   * @throws what the driver throws, at once when another process holds the lock
   */
  revision(): string | undefined {
    if (this.#opened === undefined) return undefined;
    const { db, guard } = this.#opened;
    if (!guard.isCurrent()) return `${this.#opening} replaced`;
    return `${this.#opening} ${withoutWaiting(db, () => db.pragma("data_version"))}`;
  }

  /** The revision when the file was first opened. */
  get firstRevision(): string | undefined {
    return this.#firstRevision;
  }

  close(): void {
    this.#closed = true;
    this.#release();
  }

  async #run<T>(
    mode: "DEFERRED" | "IMMEDIATE",
    work: (db: Database, layout: Layout) => T,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    const driver = await loadDriver();
    const deadline = performance.now() + this.#options.lockTimeoutMs;
    for (;;) {
      if (signal?.aborted) throw cancelled(signal);
      try {
        const db = this.#database(driver);
        return db.transaction(mode, () => {
          this.#layout = readLayout(db, this.path, this.#layout);
          return work(db, this.#layout);
        });
      } catch (error) {
        if (!isBusy(error) || performance.now() > deadline) throw toRegistryError(error, this.path);
      }
      // Waiters that differ in rhythm do not meet again and again.
      await sleep(5 + Math.random() * 25, undefined, { signal }).catch(() => undefined);
    }
  }

  #database(driver: typeof Libsql): Database {
    if (this.#closed) {
      throw new RegistryError("unavailable", `The database file ${this.path} has been closed.`);
    }
    if (this.#opened?.guard.isCurrent() === false) this.#release();
    this.#opened ??= this.#open(driver);
    if (!this.#isPrepared) this.#prepare(this.#opened.db);
    this.#firstRevision ??= this.revision();
    return this.#opened.db;
  }

  #open(driver: typeof Libsql): OpenDatabase {
    this.#opening += 1;
    return openDatabase(driver, this.path);
  }

  #prepare(db: Database): void {
    const isOwnFile = migrate(db, this.path);
    // They are not needed: a file that cannot be written is read without.
    if (isOwnFile && this.#options.samples) ignoreReadOnly(() => seedSamples(db, this.path));
    this.#isPrepared = true;
  }

  #release(): void {
    this.#opened?.db.close();
    this.#opened = undefined;
    this.#isPrepared = false;
    this.#layout = undefined;
  }
}

/** Loaded when the first file is opened: a server that uses MLflow over HTTP does without. */
async function loadDriver(): Promise<typeof Libsql> {
  try {
    return (await import("libsql")).default;
  } catch (error) {
    throw new RegistryError(
      "unavailable",
      `The SQLite driver could not be loaded on this platform (${process.platform}, ${process.arch}). Install the package again without leaving out optional dependencies, or set MLFLOW_TRACKING_URI to the address of an MLflow server.`,
      {},
      { cause: error },
    );
  }
}

/** Runs the work; that the file cannot be written is no failure. */
function ignoreReadOnly(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (sqliteCode(error) !== sqlite.readOnly) throw error;
  }
}

function cancelled(signal: AbortSignal): RegistryError {
  return new RegistryError(
    "cancelled",
    "The call was cancelled before anything was read or written.",
    {},
    { cause: signal.reason },
  );
}
