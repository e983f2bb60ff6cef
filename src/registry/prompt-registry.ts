import type { FoundPrompts, PromptSearch } from "./search/prompt-search.ts";
import type {
  Page,
  Prompt,
  PromptVersion,
  RegistryDescription,
  Tags,
  VersionDraft,
  VersionSelector,
} from "./types.ts";
import type {
  AliasConditions,
  AliasDeletionConditions,
  Moved,
  PromptUpdate,
  RegisterConditions,
  Registered,
  TagChanges,
  WriteConditions,
} from "./writes.ts";

export interface CallOptions {
  /** Aborting it ends the call with a `cancelled` error. A write may have happened. */
  readonly signal?: AbortSignal;
  /** The caller that the audit log and the version's tags name. */
  readonly caller?: Caller;
  /**
   * Time on the clock of `performance.now()`. A result that was requested from the registry earlier
   * is not accepted, not even as a stale result during an outage.
   */
  readonly notBefore?: number | undefined;
  /**
   * Called when the registry is unavailable and the result is a stale one from the cache. `ageMs` is
   * the age of the result in milliseconds.
   */
  readonly onStaleResult?: (ageMs: number) => void;
  /** Called before a write reaches the registry, whether or not the write succeeds. */
  readonly onWrite?: () => void;
}

/** What the caller says about itself. No permission depends on it. */
export interface Caller {
  /** The MCP client that makes the call. */
  readonly client?: { readonly name: string; readonly version: string };
  /** Identifies the request in logs. */
  readonly requestId?: string;
  /** The caller permits a change that may break callers of a protected alias. */
  readonly allowBreaking?: boolean;
  /** The caller asks to pass a gate without its evidence, for this reason. */
  readonly overrideGate?: string;
}

export interface PageRequest {
  /** At most this many items, 1 to 1000. */
  readonly limit: number;
  readonly cursor?: string;
}

/** One version to read in a batch. */
export interface VersionRequest {
  readonly name: string;
  readonly version: number;
  /**
   * The prompt as a search has just returned it. It provides the version's aliases. Without it, a
   * separate MLflow request reads this version.
   */
  readonly prompt?: Prompt;
}

/**
 * A prompt registry, in MLflow's terms. An instance is bound to one workspace and one credential. It
 * is cheap to create, and concurrent calls are safe.
 *
 * Registered models that are not prompts never appear. Every method rejects with `RegistryError`
 * only. Besides the kinds named below, every method may reject with `unauthenticated`, `forbidden`,
 * `unavailable` or `cancelled`. Callers get a registry behind `CheckedRegistry`, so that back ends
 * receive checked input only.
 *
 * A write whose conditions do not hold changes nothing and rejects `conflict`. Without
 * `capabilities.atomicWrites`, the conditions are checked immediately before the write.
 *
 * A write happens once or not at all. When the response to a write is lost, the back end verifies
 * whether the write happened. If it cannot, the message of the `unavailable` error says so.
 */
export interface PromptRegistry {
  describe(options?: CallOptions): Promise<RegistryDescription>;

  /**
   * Prompts page by page. A prompt that exists throughout and keeps its position is returned once,
   * whatever other prompts are created or deleted between two pages. Changing a prompt moves it in
   * the orders `relevance` and `changed`, and in every search with `changedSince`: such a prompt may
   * be missed or returned twice. Rejects `invalid` for a cursor of another search, and `conflict`
   * when the position of the cursor cannot be found again.
   */
  searchPrompts(search: PromptSearch, options?: CallOptions): Promise<FoundPrompts>;

  /** Rejects `not_found`. */
  getPrompt(name: string, options?: CallOptions): Promise<Prompt>;

  /**
   * Whether there is a prompt of exactly this name that the caller may read. Only a cache implements
   * it, because it keeps that there is none; without it, `getPrompt` tells.
   */
  hasPrompt?(name: string, options?: CallOptions): Promise<boolean>;

  /**
   * Many prompts in as few requests as the back end allows, in no particular order. A prompt that
   * does not exist, or that the caller may not see, is omitted. Back ends with cheap single reads do
   * not implement it.
   */
  getPrompts?(names: readonly string[], options?: CallOptions): Promise<readonly Prompt[]>;

  /**
   * Rejects `not_found` when the prompt, the version or the alias does not exist, or none of several
   * aliases exists.
   */
  getVersion(
    name: string,
    selector: VersionSelector,
    options?: CallOptions,
  ): Promise<PromptVersion>;

  /**
   * Many versions in as few requests as the back end allows, in the order of `wanted`. A version that
   * no longer exists is omitted.
   */
  getVersions(
    wanted: readonly VersionRequest[],
    options?: CallOptions,
  ): Promise<readonly PromptVersion[]>;

  /** Live versions, newest first. Rejects `not_found` when the prompt does not exist. */
  listVersions(
    name: string,
    page: PageRequest,
    options?: CallOptions,
  ): Promise<Page<PromptVersion>>;

  /** Creates a prompt without versions. Rejects `already_exists`. */
  createPrompt(
    name: string,
    details: { readonly description?: string; readonly tags?: Tags },
    options?: CallOptions,
  ): Promise<Prompt>;

  /**
   * Adds the next version. Creates the prompt when it does not exist, and leaves no empty prompt
   * behind when the registration fails. As in MLflow's client, the first version's commit message
   * becomes the prompt's description, and its tags become prompt tags as well. Tags of later versions
   * stay on the version, so that they never silently overwrite prompt tags. Tags that describe one
   * version only (`mcp.arguments` and others) never become prompt tags. Each version gets a unique
   * value of the tag `mcp.write_id`.
   *
   * Nothing is written when the newest version has the same content (`hasSameContent`). Rejects
   * `conflict` when the base version is not the newest version, whatever the content. Rejects
   * `already_exists` when a registered model that is not a prompt has the name.
   */
  registerVersion(
    name: string,
    draft: VersionDraft,
    conditions?: RegisterConditions,
    options?: CallOptions,
  ): Promise<Registered>;

  /**
   * Points the alias at the version, and moves it if it points at another one. Rejects `not_found`.
   * Rejects `conflict` when the alias does not point at the expected version. Without
   * `capabilities.atomicWrites`, the alias is checked immediately before the write and again after
   * it. Of concurrent moves through one process, one succeeds and the others are refused. A move by
   * another client between the first check and the write is overwritten unnoticed. A caller whose
   * own move was overwritten gets a `conflict` that says so.
   *
   * With `record`, the move is added to the prompt's alias history: with `capabilities.atomicWrites`
   * in the same transaction, otherwise after the move. Moves through one process do not lose an
   * entry of each other. If another program writes the history at the same time, an entry may be
   * lost. A history that cannot be written does not fail the move.
   */
  setAlias(
    name: string,
    alias: string,
    version: number,
    conditions?: AliasConditions,
    options?: CallOptions,
  ): Promise<Moved>;

  /** Rejects `not_found` when the prompt has no such alias. Recorded as `setAlias` is. */
  deleteAlias(
    name: string,
    alias: string,
    conditions?: AliasDeletionConditions,
    options?: CallOptions,
  ): Promise<Moved>;

  /** Rejects `not_found`. */
  tagPrompt(
    name: string,
    changes: TagChanges,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void>;

  /** Rejects `not_found`. */
  tagVersion(
    name: string,
    version: number,
    changes: TagChanges,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void>;

  /** Rejects `not_found`. */
  updatePrompt(
    name: string,
    update: PromptUpdate,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void>;

  /**
   * Gives the prompt another name. Its versions, with their numbers, its tags and its aliases stay.
   * Nothing is found under the old name any more. Rejects `not_found`, and `already_exists` when a
   * prompt or another registered model has the new name.
   */
  renamePrompt(
    name: string,
    newName: string,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void>;

  /**
   * Deletes one version, its aliases first, which are recorded as in `deleteAlias`. The number is
   * never reused. Rejects `not_found`.
   */
  deleteVersion(
    name: string,
    version: number,
    conditions?: AliasDeletionConditions,
    options?: CallOptions,
  ): Promise<Moved>;

  /** Deletes the prompt with all its versions, tags and aliases. Rejects `not_found`. */
  deletePrompt(name: string, conditions?: WriteConditions, options?: CallOptions): Promise<void>;
}
