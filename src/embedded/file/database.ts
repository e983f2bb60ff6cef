import type Libsql from "libsql";
import * as z from "zod";

type Value = string | number | null;
export type Values = Readonly<Record<string, Value>>;

const pragmaRow = z.record(z.string(), z.unknown());

/** A connection to SQLite that validates rows. Parameters are named: `:name` is `values.name`. */
export class Database {
  readonly #driver: Libsql.Database;
  readonly #statements = new Map<string, Libsql.Statement<[Values]>>();

  constructor(driver: Libsql.Database) {
    this.#driver = driver;
  }

  /** Returns all rows of a query. @throws ZodError for a row that does not match the schema */
  select<T>(row: z.ZodType<T>, sql: string, values: Values = {}): T[] {
    return this.#prepare(sql)
      .all(values)
      .map((one) => row.parse(one));
  }

  /** Runs a statement that changes rows; returns their number. */
  change(sql: string, values: Values = {}): number {
    return this.#prepare(sql).run(values).changes;
  }

  /** Runs statements without parameters and results. */
  run(sql: string): void {
    this.#driver.exec(sql);
  }

  /** Reads a numeric PRAGMA such as `user_version`. */
  pragma(name: string): number {
    const [row] = this.select(pragmaRow, `PRAGMA ${name}`);
    return z.number().parse(row?.[name]);
  }

  /** Runs the work in a transaction, which is rolled back if the work throws. */
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

  /** Caches statements, because preparing one takes as long as running it. */
  #prepare(sql: string): Libsql.Statement<[Values]> {
    const cached = this.#statements.get(sql);
    if (cached !== undefined) return cached;
    // Only the SQL of searches varies, with the number of tags: 100 statements are enough for the rest.
    if (this.#statements.size >= 100) this.#statements.clear();
    const statement = this.#driver.prepare<Values>(sql);
    this.#statements.set(sql, statement);
    return statement;
  }
}
