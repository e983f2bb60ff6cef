import { TemplateEngine } from "../registry/engine/template-engine.ts";
import { memoize } from "../registry/template/memoize.ts";
import { variablesOf } from "../registry/template/mlflow.ts";
import type { PoolOptions, WorkerPool } from "./pool.ts";

/**
 * Works on the templates of all callers, so that none of them can stop or slow the others. Its
 * processes are started when the first of them is needed.
 */
export class TemplateWorkers {
  readonly #options: PoolOptions | undefined;
  readonly #variables = memoize(variablesOf);
  #pool: Promise<WorkerPool> | undefined;

  constructor(options?: PoolOptions) {
    this.#options = options;
  }

  /** An engine that works for a caller, within the caller's share. */
  engineFor(caller: string): TemplateEngine {
    return new TemplateEngine(async (work, subject) => {
      const pool = await this.#loaded();
      return pool.run(caller, work, subject);
    }, this.#variables);
  }

  async close(): Promise<void> {
    (await this.#pool)?.close();
  }

  #loaded(): Promise<WorkerPool> {
    this.#pool ??= import("./pool.ts").then(({ WorkerPool }) => new WorkerPool(this.#options));
    return this.#pool;
  }
}
