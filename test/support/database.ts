import Database from "libsql";

/** Runs the work on the file as another program would. */
export function withDatabase<T>(path: string, work: (db: Database.Database) => T): T {
  const db = new Database(path, { timeout: 5_000 });
  try {
    return work(db);
  } finally {
    db.close();
  }
}
