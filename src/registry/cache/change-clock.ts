/** When things changed in one workspace, as counts of all changes. */
interface Changed {
  /** Any prompt. */
  last: number;
  /** Every prompt, as far as is known. */
  all: number;
  readonly prompts: Map<string, number>;
}

/** A workspace with more changed prompts is taken for changed as a whole. */
const mostPromptsNoted = 10_000;

/**
 * Counts the changes that are told of, so that it can be said of anything that was read whether a
 * change has touched it since: whatever is under way or remembered when a change comes needs not be
 * looked for.
 */
export class ChangeClock {
  readonly #changed = new Map<string, Changed>();
  #now = 0;
  /** When everything in every workspace was last taken for changed. */
  #all = 0;

  /** How many changes there have been. */
  get now(): number {
    return this.#now;
  }

  /** @param prompt absent means that any may have changed */
  note(workspace: string | undefined, prompt: string | undefined): void {
    const changed = this.#changedIn(workspace);
    this.#now++;
    changed.last = this.#now;
    if (prompt !== undefined) changed.prompts.set(prompt, this.#now);
    if (prompt !== undefined && changed.prompts.size <= mostPromptsNoted) return;
    changed.all = this.#now;
    changed.prompts.clear();
  }

  /** Anything in any workspace may have changed. */
  noteAll(): void {
    this.#now++;
    this.#all = this.#now;
    this.#changed.clear();
  }

  /**
   * Whether what was read at a count may be another by now.
   * @param prompt what it is about; absent means any prompt of the workspace
   */
  touched(workspace: string | undefined, prompt: string | undefined, since: number): boolean {
    if (since < this.#all) return true;
    const changed = this.#changed.get(workspace ?? "default");
    if (changed === undefined || since >= changed.last) return false;
    if (prompt === undefined || since < changed.all) return true;
    return since < (changed.prompts.get(prompt) ?? 0);
  }

  #changedIn(workspace = "default"): Changed {
    const changed = this.#changed.get(workspace) ?? { last: 0, all: 0, prompts: new Map() };
    this.#changed.set(workspace, changed);
    return changed;
  }
}
