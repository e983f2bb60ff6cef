/** When things changed in one workspace, as counts of all changes. */
interface WorkspaceChanges {
  /** Any prompt. */
  any: number;
  /** Every prompt, as far as is known. */
  all: number;
  readonly prompts: Map<string, number>;
}

/** A workspace with more changed prompts is taken for changed as a whole. */
const maxRecordedPrompts = 10_000;

/**
 * Counts the changes that are told of, so that it can be said of anything that was read whether a
 * change has touched it since: whatever is under way or remembered when a change comes needs not be
 * looked for.
 */
export class ChangeClock {
  readonly #workspaces = new Map<string, WorkspaceChanges>();
  #count = 0;
  /** When everything in every workspace was last taken for changed. */
  #all = 0;

  /** How many changes there have been. */
  get count(): number {
    return this.#count;
  }

  /** @param prompt absent means that any may have changed */
  record(workspace: string | undefined, prompt: string | undefined): void {
    const changed = this.#changesOf(workspace);
    this.#count++;
    changed.any = this.#count;
    if (prompt !== undefined) changed.prompts.set(prompt, this.#count);
    if (prompt !== undefined && changed.prompts.size <= maxRecordedPrompts) return;
    changed.all = this.#count;
    changed.prompts.clear();
  }

  /** Anything in any workspace may have changed. */
  recordAll(): void {
    this.#count++;
    this.#all = this.#count;
    this.#workspaces.clear();
  }

  /**
   * Whether what was read at a count may be another by now.
   * @param prompt what it is about; absent means any prompt of the workspace
   */
  hasChangedSince(
    workspace: string | undefined,
    prompt: string | undefined,
    since: number,
  ): boolean {
    if (since < this.#all) return true;
    const changed = this.#workspaces.get(workspace ?? "default");
    if (changed === undefined || since >= changed.any) return false;
    if (prompt === undefined || since < changed.all) return true;
    return since < (changed.prompts.get(prompt) ?? 0);
  }

  #changesOf(workspace = "default"): WorkspaceChanges {
    const changed = this.#workspaces.get(workspace) ?? { any: 0, all: 0, prompts: new Map() };
    this.#workspaces.set(workspace, changed);
    return changed;
  }
}
