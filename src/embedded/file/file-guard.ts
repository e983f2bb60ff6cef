import { closeSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { RegistryError } from "../../registry/errors.ts";

/**
 * Checks a database file before each use for damage that SQLite does not detect: that the file was
 * truncated, so that pages exist only in SQLite's cache, and that a write-ahead log of another database is
 * next to it, which SQLite would apply (https://www.sqlite.org/howtocorrupt.html).
 */
export class FileGuard {
  readonly #path: string;
  readonly #identity: string;
  readonly #isImmutable: boolean;
  #size: number;

  /** @param isImmutable whether a change of the content counts as another file */
  constructor(path: string, isImmutable: boolean) {
    const file = stat(path);
    this.#path = path;
    this.#isImmutable = isImmutable;
    this.#identity = this.#identify(file);
    this.#size = file?.size ?? 0;
  }

  /**
   * Whether the path still leads to the file that was opened.
   * @throws RegistryError when the file is truncated or has a log of another database
   */
  isCurrent(): boolean {
    const file = stat(this.#path);
    if (this.#identify(file) !== this.#identity) return false;
    if (file !== undefined && file.size < this.#size) this.#checkSize(file.size);
    this.#size = file?.size ?? 0;
    rejectForeignLog(this.#path);
    return true;
  }

  #identify(file: Stats | undefined): string {
    if (file === undefined) return "";
    const id = `${file.dev}:${file.ino}`;
    return this.#isImmutable ? `${id}:${file.size}:${file.mtimeMs}:${logSize(this.#path)}` : id;
  }

  /** Accepts a file that was compacted: its header has the smaller size. */
  #checkSize(size: number): void {
    if (sizeInHeader(this.#path) === size) return;
    throw new RegistryError(
      "unreadable",
      `The database file ${this.#path} was truncated while it was in use, from ${this.#size} bytes to ${size}. Restore a backup, or move the file away to start with a new one.`,
    );
  }
}

/**
 * @throws RegistryError for a database that is empty or not in WAL mode and has a write-ahead log next to
 *   it. For a database in WAL mode SQLite 3 offers no way to check that the log belongs to it.
 */
export function rejectForeignLog(path: string): void {
  if (logSize(path) === 0 || usesLog(path)) return;
  throw new RegistryError(
    "unreadable",
    `The database file ${path} is not in WAL mode, but there is a write-ahead log next to it (${path}-wal). The log belongs to another database, or to another state of this one. Move the log away.`,
  );
}

/** The size in bytes of the write-ahead log; 0 without one. */
export function logSize(path: string): number {
  return stat(`${path}-wal`)?.size ?? 0;
}

/** https://www.sqlite.org/fileformat2.html#the_database_header */
const header = { bytes: 100, pageSize: 16, readVersion: 19, pages: 28 } as const;

function usesLog(path: string): boolean {
  return readHeader(path)?.readUInt8(header.readVersion) === 2;
}

function sizeInHeader(path: string): number | undefined {
  const bytes = readHeader(path);
  if (bytes === undefined) return undefined;
  const pageSize = bytes.readUInt16BE(header.pageSize);
  // 65,536 does not fit in 16 bits and is stored as 1.
  return (pageSize === 1 ? 65_536 : pageSize) * bytes.readUInt32BE(header.pages);
}

/** Undefined for a missing file, or one that is too short to have a header. */
function readHeader(path: string): Buffer | undefined {
  if (stat(path) === undefined) return undefined;
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(header.bytes);
    return readSync(file, bytes, 0, header.bytes, 0) === header.bytes ? bytes : undefined;
  } finally {
    closeSync(file);
  }
}

function stat(path: string): Stats | undefined {
  return statSync(path, { throwIfNoEntry: false });
}
