import { Semaphore } from "../registry/concurrency/semaphore.ts";

/** The turns of one caller, and how many of its calls use them or wait. */
interface Own {
  readonly turns: Semaphore;
  calls: number;
}

/**
 * Limits how many model calls run at the same time, in all and for each caller. Further calls wait in
 * order: a caller that waits for its own turns takes none of the others'.
 */
export class Turns {
  readonly #all: Semaphore;
  readonly #share: number;
  readonly #callers = new Map<string, Own>();

  constructor(total: number, share: number) {
    this.#all = new Semaphore(total);
    this.#share = share;
  }

  /** Rejects with the signal's reason when the signal aborts while the call waits. */
  async run<T>(caller: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const own = this.#callers.get(caller) ?? { turns: new Semaphore(this.#share), calls: 0 };
    this.#callers.set(caller, own);
    own.calls += 1;
    try {
      return await own.turns.run(signal, () => this.#all.run(signal, work));
    } finally {
      own.calls -= 1;
      if (own.calls === 0) this.#callers.delete(caller);
    }
  }
}
