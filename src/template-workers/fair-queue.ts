/** Queues tasks by caller. Callers take turns, and each caller's queue has a limit. */
export class FairQueue<Task> {
  readonly #limitPerCaller: number;
  /** In the order of turns: the caller whose turn it is comes first. */
  readonly #waiting = new Map<string, Task[]>();

  /** @param limitPerCaller queued tasks of one caller */
  constructor(limitPerCaller: number) {
    this.#limitPerCaller = limitPerCaller;
  }

  /** @returns false when the caller's queue is full */
  add(caller: string, task: Task): boolean {
    const own = this.#waiting.get(caller) ?? [];
    if (own.length >= this.#limitPerCaller) return false;
    own.push(task);
    this.#waiting.set(caller, own);
    return true;
  }

  /** Puts tasks back at the front of the caller's queue. */
  putBack(caller: string, tasks: readonly Task[]): void {
    this.#waiting.set(caller, [...tasks, ...(this.#waiting.get(caller) ?? [])]);
  }

  /**
   * Takes the first tasks of the caller whose turn it is.
   * @param mayStart whether the caller may have a turn now
   * @param count how many of the caller's tasks to take, at least one
   */
  take(
    mayStart: (caller: string) => boolean,
    count: (tasks: readonly Task[]) => number,
  ): { readonly caller: string; readonly tasks: readonly Task[] } | undefined {
    for (const [caller, own] of this.#waiting) {
      if (!mayStart(caller)) continue;
      const tasks = own.splice(0, count(own));
      this.#waiting.delete(caller);
      if (own.length > 0) this.#waiting.set(caller, own);
      return { caller, tasks };
    }
    return undefined;
  }

  /** Removes and returns all tasks. */
  clear(): readonly Task[] {
    const all = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    return all;
  }
}
