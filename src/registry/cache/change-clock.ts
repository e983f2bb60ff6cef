/** When prompts of one workspace last changed, as numbers of changes. */
interface WorkspaceChanges {
  /** Any of the prompts. */
  any: number;
  /** A change that may have affected every prompt. */
  all: number;
  readonly prompts: Map<string, number>;
}

/** When more prompts than this have changed, the whole workspace counts as changed. */
const maxRecordedPrompts = 10_000;

/**
 * Numbers the known changes. Comparing numbers tells whether a result is older than a change, so a
 * change does not have to search the cache and the pending requests for what it invalidates.
 */
export class ChangeClock {
  readonly #workspaces = new Map<string, WorkspaceChanges>();
  #count = 0;
  /** The last change that may have affected all workspaces. */
  #all = 0;

  /** Number of changes so far. */
  get count(): number {
    return this.#count;
  }

  /** @param prompt absent means that any prompt may have changed */
  record(workspace: string | undefined, prompt: string | undefined): void {
    const changes = this.#changesOf(workspace);
    this.#count++;
    changes.any = this.#count;
    if (prompt !== undefined) changes.prompts.set(prompt, this.#count);
    if (prompt !== undefined && changes.prompts.size <= maxRecordedPrompts) return;
    changes.all = this.#count;
    changes.prompts.clear();
  }

  /** Records that anything in any workspace may have changed. */
  recordAll(): void {
    this.#count++;
    this.#all = this.#count;
    this.#workspaces.clear();
  }

  /**
   * Whether a result may have changed since it was requested.
   * @param prompt the prompt it depends on; absent means any prompt of the workspace
   * @param count number of changes at the time of the request
   */
  hasChangedSince(
    workspace: string | undefined,
    prompt: string | undefined,
    count: number,
  ): boolean {
    if (count < this.#all) return true;
    const changes = this.#workspaces.get(workspace ?? "default");
    if (changes === undefined || count >= changes.any) return false;
    if (prompt === undefined || count < changes.all) return true;
    return count < (changes.prompts.get(prompt) ?? 0);
  }

  #changesOf(workspace = "default"): WorkspaceChanges {
    const changes = this.#workspaces.get(workspace) ?? { any: 0, all: 0, prompts: new Map() };
    this.#workspaces.set(workspace, changes);
    return changes;
  }
}
