import type { RowResult, RunStore } from "../registry/evaluation/runs.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";

/** Results that are stored together. */
const batchSize = 20;

/**
 * Stores the results of one run in batches, one batch at a time. What could not be stored is tried again
 * with the next batch.
 */
export class RunWriter {
  readonly #store: RunStore;
  readonly runId: string;
  #waiting: RowResult[] = [];
  #storing: Promise<void> = Promise.resolve();

  constructor(store: RunStore, runId: string) {
    this.#store = store;
    this.runId = runId;
  }

  /** Resolves when the result is stored, or waits for others to fill a batch. @throws RegistryError */
  async add(result: RowResult, options: CallOptions): Promise<void> {
    this.#waiting.push(result);
    if (this.#waiting.length >= batchSize) await this.flush(options);
  }

  /** Stores what waits. @throws RegistryError; what is not stored still waits */
  flush(options: CallOptions): Promise<void> {
    const next = this.#storing.catch(() => {}).then(() => this.#storeWaiting(options));
    this.#storing = next;
    return next;
  }

  async #storeWaiting(options: CallOptions): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.slice(0, batchSize);
      await this.#store.storeResults(this.runId, batch, options);
      this.#waiting = this.#waiting.slice(batch.length);
    }
  }
}
