import { KeyedMutex } from "./keyed-mutex.ts";

/** What one process works on now, shared by its sessions: nobody works on the same twice at once. */
export class WorkInProgress {
  readonly #ids = new Set<string>();
  /** Two calls that start at the same moment would both find nothing, and both start it. */
  readonly #opening = new KeyedMutex();

  /**
   * @param plan the same for calls that would open the same
   * @param open finds or starts what is worked on. Its IDs are nobody else's; none: it is not shared
   * @throws what `taken` makes of the IDs while another call works on them
   */
  async run<Opened, Result>(
    plan: string,
    signal: AbortSignal | undefined,
    { open, taken, work }: Work<Opened, Result>,
  ): Promise<Result> {
    const { key, opened } = await this.#opening.run(plan, signal, async () => {
      const { ids, opened } = await open();
      const key = ids.join();
      if (ids.length > 0 && this.#ids.has(key)) throw taken(ids);
      if (ids.length > 0) this.#ids.add(key);
      return { key, opened };
    });
    try {
      return await work(opened);
    } finally {
      this.#ids.delete(key);
    }
  }
}

export interface Work<Opened, Result> {
  readonly open: () => Promise<{ readonly ids: readonly string[]; readonly opened: Opened }>;
  readonly taken: (ids: readonly string[]) => Error;
  readonly work: (opened: Opened) => Promise<Result>;
}
