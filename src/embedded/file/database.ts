import type Libsql from "libsql";
import * as z from "zod";

type Value = string | number | null;
export type Values = Readonly<Record<string, Value>>;

const pragmaRow = z.record(z.string(), z.unknown());

/** A connection to SQLite whose rows are checked. Parameters are named: `:name` is `values.name`. */
export class Database {
  readonly #driver: Libsql.Database;
  readonly #statements = new Map<string, Libsql.Statement<[Values]>>();

  constructor(driver: Libsql.Database) {
    this.#driver = driver;
  }

  /** All rows of a query. Throws a ZodError for a row that is not of the shape. */
  select<T>(row: z.ZodType<T>, sql: string, values: Values = {}): T[] {
    return this.#prepare(sql)
      .all(values)
      .map((one) => row.parse(one));
  }

  /** Runs a statement that changes rows; returns how many. */
  change(sql: string, values: Values = {}): number {
    return this.#prepare(sql).run(values).changes;
  }

  /** Runs statements that take no values and give no rows. */
  run(sql: string): void {
    this.#driver.exec(sql);
  }

  /** The number that a PRAGMA such as `user_version` has. */
  pragma(name: string): number {
    const [row] = this.select(pragmaRow, `PRAGMA ${name}`);
    return z.number().parse(row?.[name]);
  }

  /** Runs the work in a transaction: all of it happens, or nothing. */
  transaction<T>(mode: "DEFERRED" | "IMMEDIATE", work: () => T): T {
    this.run(`BEGIN ${mode}`);
    try {
      const result = work();
      this.run("COMMIT");
      return result;
    } catch (error) {
      if (this.#driver.inTransaction) this.run("ROLLBACK");
      throw error;
    }
  }

  close(): void {
    this.#statements.clear();
    this.#driver.close();
  }

  /** Statements are kept: preparing one takes as long as running it. */
  #prepare(sql: string): Libsql.Statement<[Values]> {
    const kept = this.#statements.get(sql);
    if (kept !== undefined) return kept;
    // Only a search with many tags has a text of its own, so this is enough for all the others.
    if (this.#statements.size >= 100) this.#statements.clear();
    const statement = this.#driver.prepare<Values>(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
