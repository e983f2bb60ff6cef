import { TemplateEngine } from "../registry/engine/template-engine.ts";
import { TemplateMemo } from "../registry/engine/template-memo.ts";
import type { PoolOptions, WorkerPool } from "./pool.ts";

/**
 * Runs the template jobs of all callers in worker processes, so that no caller can block another.
 * Starts the processes when the first job needs one.
 */
export class TemplateWorkers {
  readonly #options: PoolOptions | undefined;
  readonly #memo = new TemplateMemo();
  #pool: Promise<WorkerPool> | undefined;

  constructor(options?: PoolOptions) {
    this.#options = options;
  }

  /** Returns an engine whose jobs count against the caller's share. */
  engineFor(caller: string): TemplateEngine {
    return new TemplateEngine(async (job, subject) => {
      const pool = await this.#loaded();
      return pool.run(caller, job, subject);
    }, this.#memo);
  }

  async close(): Promise<void> {
    (await this.#pool)?.close();
  }

  #loaded(): Promise<WorkerPool> {
    this.#pool ??= import("./pool.ts").then(({ WorkerPool }) => new WorkerPool(this.#options));
    return this.#pool;
  }
}
