import { untilAborted } from "../../registry/concurrency/until-aborted.ts";

/** Does what has the same key one after the other, in the order in which it was asked for. */
export class KeyedMutex {
  /** When the last one of each key has ended; what has ended is not kept. */
  readonly #last = new Map<string, Promise<void>>();

  /**
   * @throws RegistryError `cancelled` when the signal aborts while others have their turn: the work
   *   has not begun then, and never does
   */
  async run<T>(key: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    let leave = () => {};
    const left = new Promise<void>((resolve) => {
      leave = resolve;
    });
    const ended = before.then(() => left);
    this.#last.set(key, ended);
    void ended.then(() => {
      if (this.#last.get(key) === ended) this.#last.delete(key);
    });
    try {
      await untilAborted(before, signal);
      return await work();
    } finally {
      leave();
    }
  }
}
