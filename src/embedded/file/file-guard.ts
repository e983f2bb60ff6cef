import { closeSync, openSync, readSync, type Stats, statSync } from "node:fs";
import { RegistryError } from "../../registry/errors.ts";

/**
 * Looks at a database file from outside before each use of it, for what SQLite does not notice: that
 * it has been cut, so that pages come from memory alone, and that there is a write-ahead log beside
 * it that is not its own, which SQLite would apply (https://www.sqlite.org/howtocorrupt.html).
 */
export class FileGuard {
  readonly #path: string;
  readonly #identity: string;
  readonly #isImmutable: boolean;
  #size: number;

  /** @param isImmutable whether it is another file as soon as its content is another */
  constructor(path: string, isImmutable: boolean) {
    const file = stat(path);
    this.#path = path;
    this.#isImmutable = isImmutable;
    this.#identity = this.#identify(file);
    this.#size = file?.size ?? 0;
  }

  /**
   * Whether the path still leads to the file that was opened.
   * @throws RegistryError when the file must not be used as it is
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

  /** A file that was compacted is smaller, and says so itself. */
  #checkSize(size: number): void {
    if (sizeInHeader(this.#path) === size) return;
    throw new RegistryError(
      "unreadable",
      `The database file ${this.#path} was cut while it was used: it had ${this.#size} bytes and has ${size}. Restore a backup, or move the file away to begin a new one.`,
    );
  }
}

/**
 * @throws RegistryError for a database that keeps no write-ahead log, or is empty, and has one beside
 *   it all the same. Whose log it is cannot be seen where the database keeps one (SQLite 3).
 */
export function rejectForeignLog(path: string): void {
  if (logSize(path) === 0 || usesLog(path)) return;
  throw new RegistryError(
    "unreadable",
    `Beside the database file ${path} is a write-ahead log (${path}-wal), and the database keeps none: it belongs to another one, or to another state of it. Move the log away.`,
  );
}

/** How much of a file in WAL mode is not in the file itself. */
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
  // 65,536 does not fit.
  return (pageSize === 1 ? 65_536 : pageSize) * bytes.readUInt32BE(header.pages);
}

/** Undefined for a file that is too short to have one. */
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
