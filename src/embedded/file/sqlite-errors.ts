import * as z from "zod";
import { RegistryError } from "../../registry/errors.ts";

/** Primary result codes of SQLite, https://www.sqlite.org/rescode.html. */
export const sqlite = {
  error: 1,
  busy: 5,
  locked: 6,
  readOnly: 8,
  ioError: 10,
  corrupt: 11,
  full: 13,
  cannotOpen: 14,
  constraint: 19,
  notADatabase: 26,
} as const;

const driverError = z.object({ rawCode: z.number(), message: z.string() });

/** The primary result code of the driver's error; undefined for other errors. */
export function getSqliteCode(error: unknown): number | undefined {
  const parsed = driverError.safeParse(error);
  return parsed.success ? parsed.data.rawCode & 0xff : undefined;
}

/** Whether another connection holds the lock, so that a retry can succeed. */
export function isBusy(error: unknown): boolean {
  const code = getSqliteCode(error);
  return code === sqlite.busy || code === sqlite.locked;
}

/** Converts an error of the driver to one that says what to do about the file. */
export function toRegistryError(error: unknown, path: string): RegistryError {
  if (error instanceof RegistryError) return error;
  const code = getSqliteCode(error);
  const known = code === undefined ? undefined : meanings[code];
  if (known !== undefined) {
    return new RegistryError(
      known.kind,
      `The database file ${path} ${known.meaning}`,
      {},
      // If the disk fails while a write is committed, it is unknown whether the write is in the file.
      { cause: error, mayHaveChanged: code === sqlite.ioError },
    );
  }
  if (error instanceof z.ZodError) {
    return new RegistryError(
      "unreadable",
      `The database file ${path} has a row that MLflow would not write: ${z.prettifyError(error)}`,
      {},
      { cause: error },
    );
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new RegistryError(
    "unavailable",
    `The database file ${path} could not be used: ${reason}`,
    {},
    { cause: error },
  );
}

const meanings: Readonly<
  Record<number, { kind: "unavailable" | "unreadable" | "conflict"; meaning: string }>
> = {
  [sqlite.error]: {
    kind: "unreadable",
    meaning:
      "does not have the tables of an MLflow database. If MLflow is upgrading the file, try again when that is complete. Otherwise use another file.",
  },
  [sqlite.busy]: {
    kind: "unavailable",
    meaning:
      "was locked by another program until the timeout. Close that program or let it finish, then try again.",
  },
  [sqlite.locked]: {
    kind: "unavailable",
    meaning:
      "was locked by another program until the timeout. Close that program or let it finish, then try again.",
  },
  [sqlite.readOnly]: {
    kind: "unavailable",
    meaning:
      "cannot be written. Give this program's user permission to write the file and its directory; until then it can only be read.",
  },
  [sqlite.ioError]: {
    kind: "unavailable",
    meaning: "could not be read or written. Check the disk, then try again.",
  },
  [sqlite.corrupt]: {
    kind: "unreadable",
    meaning: `is damaged. Restore a backup, or recover the data with "sqlite3 <file> .recover".`,
  },
  [sqlite.full]: {
    kind: "unavailable",
    meaning: "cannot grow because the disk is full. Free some space, then try again.",
  },
  [sqlite.cannotOpen]: {
    kind: "unavailable",
    meaning:
      "cannot be opened. Give this program's user permission to read and write the file and its directory.",
  },
  [sqlite.constraint]: {
    kind: "conflict",
    meaning:
      "rejected the change, because it violates a constraint of the database. Read the prompt again, then retry.",
  },
  [sqlite.notADatabase]: {
    kind: "unreadable",
    meaning: "is not a SQLite database. Use a file that MLflow created, or a new file.",
  },
};
