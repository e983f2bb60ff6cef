import { untilAborted } from "./until-aborted.ts";

/** A mutex per key: tasks with the same key run one at a time, in the order of the calls. */
export class KeyedMutex {
  /** The end of the last task of each key; entries of completed tasks are removed. */
  readonly #last = new Map<string, Promise<void>>();

  /**
   * @throws RegistryError `cancelled` when the signal aborts while earlier tasks run: this task is
   *   then never started
   */
  async run<T>(key: string, signal: AbortSignal | undefined, task: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const ended = before.then(() => released);
    this.#last.set(key, ended);
    void ended.then(() => {
      if (this.#last.get(key) === ended) this.#last.delete(key);
    });
    try {
      await untilAborted(before, signal);
      return await task();
    } finally {
      release();
    }
  }
}
