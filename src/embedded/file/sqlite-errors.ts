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

/** The primary result code the driver failed with; undefined when it is no error of SQLite's. */
export function sqliteCode(error: unknown): number | undefined {
  const parsed = driverError.safeParse(error);
  return parsed.success ? parsed.data.rawCode & 0xff : undefined;
}

/** Whether another connection holds the lock, so that trying again helps. */
export function isBusy(error: unknown): boolean {
  const code = sqliteCode(error);
  return code === sqlite.busy || code === sqlite.locked;
}

/** Says what a failure of the driver means for the person whose file it is. */
export function toRegistryError(error: unknown, path: string): RegistryError {
  if (error instanceof RegistryError) return error;
  const code = sqliteCode(error);
  const known = code === undefined ? undefined : meanings[code];
  if (known !== undefined) {
    return new RegistryError(
      known.kind,
      `The database file ${path} ${known.meaning}`,
      {},
      // Where the last step of a write fails on the disk, nobody knows what of it is there.
      { cause: error, mayHaveChanged: code === sqlite.ioError },
    );
  }
  if (error instanceof z.ZodError) {
    return new RegistryError(
      "unreadable",
      `The database file ${path} holds a row that MLflow would not have written: ${z.prettifyError(error)}`,
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
      "does not have the tables of an MLflow database. If MLflow is upgrading it, try again when it is done; otherwise name another file.",
  },
  [sqlite.busy]: {
    kind: "unavailable",
    meaning:
      "stayed locked by another program. Close that program or let it finish, then try again.",
  },
  [sqlite.locked]: {
    kind: "unavailable",
    meaning:
      "stayed locked by another program. Close that program or let it finish, then try again.",
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
    meaning: `is damaged. Restore a backup, or save what is left with "sqlite3 <file> .recover".`,
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
      "refused the change because it would break a rule of its tables. Read the prompt again, then retry.",
  },
  [sqlite.notADatabase]: {
    kind: "unreadable",
    meaning: "is not a SQLite database. Name another file: one that MLflow made, or a new one.",
  },
};
