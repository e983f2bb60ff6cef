/** What waits, by caller: callers take turns, and each may have only so much waiting. */
export class FairQueue<Task> {
  readonly #mostOfOne: number;
  /** Whose turn it is comes first. */
  readonly #waiting = new Map<string, Task[]>();

  /** @param mostOfOne tasks of one caller that may wait */
  constructor(mostOfOne: number) {
    this.#mostOfOne = mostOfOne;
  }

  /** @returns whether there was room for it */
  add(caller: string, task: Task): boolean {
    const own = this.#waiting.get(caller) ?? [];
    if (own.length >= this.#mostOfOne) return false;
    own.push(task);
    this.#waiting.set(caller, own);
    return true;
  }

  /** Puts back what was taken, before all else of its caller. */
  putBack(caller: string, tasks: readonly Task[]): void {
    this.#waiting.set(caller, [...tasks, ...(this.#waiting.get(caller) ?? [])]);
  }

  /**
   * Takes the first tasks of the caller whose turn it is.
   * @param mayStart whether it can be this caller's turn
   * @param count how many of a caller's tasks, at least one
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

  /** Takes all that waits. */
  clear(): readonly Task[] {
    const all = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    return all;
  }
}
