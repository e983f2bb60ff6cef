import { setTimeout as sleep } from "node:timers/promises";
import type Libsql from "libsql";
import { RegistryError } from "../../registry/errors.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import { addSamples } from "../add-samples.ts";
import type { Database } from "./database.ts";
import { type Layout, readLayout } from "./layout.ts";
import { loadDriver } from "./load-driver.ts";
import { migrate } from "./migrations.ts";
import { type OpenDatabase, openDatabase, withoutWaiting } from "./open-database.ts";
import { isBusy, toRegistryError } from "./sqlite-errors.ts";

export interface ConnectionOptions {
  readonly path: string;
  /** Adds sample prompts to the file when it is created, and never later. */
  readonly samples: boolean;
  /** How long to wait for a lock another process holds, in milliseconds. */
  readonly lockTimeoutMs: number;
}

/**
 * The connection that all registries of a database file share. It opens at the first call, and again when
 * the path leads to another file. The driver is synchronous, so transactions of this process never
 * overlap. While another process holds the lock, attempts are repeated with pauses that do not block the
 * event loop.
 */
export class EmbeddedConnection {
  readonly path: string;
  readonly #options: ConnectionOptions;
  #opened: OpenDatabase | undefined;
  /** The number of times that a file was opened. */
  #openCount = 0;
  #isPrepared = false;
  #layout: Layout | undefined;
  #firstRevision: string | undefined;
  #closed = false;

  constructor(options: ConnectionOptions) {
    this.path = options.path;
    this.#options = options;
  }

  /** Runs the work on one consistent snapshot of the file. */
  read<T>(work: (db: Database, layout: Layout) => T, options?: CallOptions): Promise<T> {
    return this.#run("DEFERRED", work, options?.signal);
  }

  /** Runs the work as the only writer, in one atomic transaction. */
  write<T>(work: (db: Database, layout: Layout) => T, options?: CallOptions): Promise<T> {
    return this.#run("IMMEDIATE", work, options?.signal);
  }

  /**
   * A value that changes when another process may have written, or the path leads to another file, and
   * not for writes of this connection. Undefined while no file is open; it opens none.
   * @throws the error of the driver, without waiting when another process holds the lock
   */
  revision(): string | undefined {
    if (this.#opened === undefined) return undefined;
    const { db, guard } = this.#opened;
    if (!guard.isCurrent()) return `${this.#openCount} replaced`;
    return `${this.#openCount} ${withoutWaiting(db, () => db.pragma("data_version"))}`;
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
      // Random pauses keep waiting processes from colliding repeatedly.
      await sleep(5 + Math.random() * 25, undefined, { signal }).catch(() => undefined);
    }
  }

  #database(driver: typeof Libsql): Database {
    if (this.#closed) {
      throw new RegistryError(
        "unavailable",
        `The database file ${this.path} has been closed. Restart this program to use it again.`,
      );
    }
    if (this.#opened?.guard.isCurrent() === false) this.#release();
    this.#opened ??= this.#open(driver);
    if (!this.#isPrepared) this.#prepare(this.#opened.db);
    this.#firstRevision ??= this.revision();
    return this.#opened.db;
  }

  #open(driver: typeof Libsql): OpenDatabase {
    this.#openCount += 1;
    return openDatabase(driver, this.path);
  }

  #prepare(db: Database): void {
    const { samples } = this.#options;
    migrate(db, this.path, samples ? () => addSamples(db, this.path) : undefined);
    this.#isPrepared = true;
  }

  #release(): void {
    this.#opened?.db.close();
    this.#opened = undefined;
    this.#isPrepared = false;
    this.#layout = undefined;
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
