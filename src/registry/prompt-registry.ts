import type {
  Page,
  Prompt,
  PromptVersion,
  RegistryDescription,
  Tags,
  VersionDraft,
  VersionSelector,
} from "./types.ts";

export interface CallOptions {
  /** Aborting it gives up the call with a `cancelled` error; a write may have happened. */
  readonly signal?: AbortSignal;
  /** On whose behalf the call is made, for the record of what was written. */
  readonly caller?: Caller;
  /**
   * Nothing that was asked of the registry before then (`performance.now()`) is good enough. While it
   * does not answer there is no older answer either.
   */
  readonly since?: number | undefined;
  /**
   * Told when the answer is an old one, because the registry itself does not answer: how many
   * milliseconds ago it was right.
   */
  readonly onOldAnswer?: (ageMs: number) => void;
  /** Told when a write is about to reach the registry, however it ends. */
  readonly onWrite?: () => void;
}

/** Where a call comes from, as the caller says it: nothing is permitted because of it. */
export interface Caller {
  /** The program that calls. */
  readonly client?: { readonly name: string; readonly version: string };
  /** Names the request in logs. */
  readonly requestId?: string;
  /** It asked for a change that may break callers of a protected alias. */
  readonly allowBreaking?: boolean;
}

/** Which prompts are meant. All conditions must hold; none given means every prompt. */
export interface PromptSearch {
  /** Part of the name, upper and lower case alike. */
  readonly nameContains?: string;
  /** Prompt tags that must have exactly these values. */
  readonly tags?: Tags;
  /** An alias the prompt must have. */
  readonly alias?: string;
  /**
   * Words, or parts of words, that must all stand in the prompt, upper and lower case alike: each in
   * its name, description, tags or the text of its newest version.
   */
  readonly words?: readonly string[];
  /** A variable the newest version must have. */
  readonly variable?: string;
  /**
   * The prompt changed then or later (milliseconds since 1970). As MLflow counts: versions,
   * description and name are changes, tags and aliases are none (3.8 to 3.17).
   */
  readonly changedSince?: number;
  /** By name, or best or newest first. Without it by relevance if there are words, else by name. */
  readonly order?: "name" | "relevance" | "changed";
  /** At most this many items, 1 to 1000. */
  readonly limit: number;
  readonly cursor?: string;
}

/** Prompts that were found. */
export interface FoundPrompts extends Page<Prompt> {
  /**
   * The search ended at its bound, 10,000 prompts, before all were looked at, and no cursor leads to
   * the others. Only where all have to be sorted here: by relevance, or by name what changed since.
   * Elsewhere a page that ends at the bound is shorter, or empty, and its cursor goes on behind it.
   */
  readonly cut?: true;
}

export interface PageRequest {
  /** At most this many items, 1 to 1000. */
  readonly limit: number;
  readonly cursor?: string;
}

/** One of many versions. */
export interface WantedVersion {
  readonly name: string;
  readonly version: number;
  /**
   * The prompt as a search has just found it, which saves looking for the version's aliases. Without
   * it MLflow is asked for this version alone.
   */
  readonly prompt?: Prompt;
}

/** Tags to set (a string) and to delete (null). Deleting an absent tag is no error. */
export type TagChanges = Readonly<Record<string, string | null>>;

/** What must hold for a version to be registered. */
export interface RegisterConditions {
  /**
   * The version the change was made from: the newest live one, else nothing is written and the call
   * rejects `conflict` with subject { prompt, version: newest }. 0: the prompt must not exist, or
   * have no live version.
   */
  readonly baseVersion?: number;
  /** Register even when the newest version has the same content. */
  readonly force?: boolean;
}

/** What registering a version came to. */
export interface Registered {
  readonly version: PromptVersion;
  /** The newest live version when the conditions were looked at; undefined when there was none. */
  readonly before: PromptVersion | undefined;
  /** True when the prompt itself did not exist before. */
  readonly createdPrompt: boolean;
  /**
   * True when nothing was written: the newest version has the same content already, and is
   * `version`.
   */
  readonly unchanged: boolean;
  /**
   * Live versions that others registered between the base and this one, newest first: a race that
   * the back end could not exclude. Always empty where `capabilities.atomicWrites`, and when no
   * base was given.
   */
  readonly overtaken: readonly PromptVersion[];
}

/** What must hold for an alias to be set. */
export interface AliasConditions {
  /**
   * The version the alias points at, else nothing is written and the call rejects `conflict` with
   * subject { prompt, alias, version: where it points }. 0: the alias must be new.
   */
  readonly expectedVersion?: number;
}

/** What must hold for a prompt to be changed otherwise. */
export interface WriteConditions {
  /**
   * The version that each of these aliases points at, 0 where it must not exist; else nothing is
   * written and the call rejects `conflict` with subject { prompt, alias, version: where it points }.
   */
  readonly aliases?: Readonly<Record<string, number>>;
}

/**
 * A prompt registry, in MLflow's own terms. One instance is one caller's view: bound to a
 * workspace and a credential, cheap to make, safe to use from many calls at once.
 *
 * Registered models that are not prompts never appear. Every method rejects with `RegistryError`
 * and nothing else; besides the kinds named below, any may reject with `unauthenticated`,
 * `forbidden`, `unavailable` or `cancelled`. Callers get a registry behind `CheckedRegistry`, so that
 * back ends are called with checked input only.
 *
 * A write whose conditions do not hold changes nothing and rejects `conflict`. Without
 * `capabilities.atomicWrites` they are looked at just before the write.
 *
 * A write happens once or not at all. Where its answer got lost on the way the back end finds out
 * which it was; if it cannot, the message of the `unavailable` error says so.
 */
export interface PromptRegistry {
  describe(options?: CallOptions): Promise<RegistryDescription>;

  /**
   * Prompts page by page: one that is there all along and keeps its place in the order is shown
   * once, whatever else comes and goes in between. One that changes meanwhile has another place by
   * relevance or by time (in which `changedSince` looks, too), and may be missed or shown again.
   * Rejects `invalid` for a cursor that is not of this search, `conflict` when its place cannot be
   * found again.
   */
  searchPrompts(search: PromptSearch, options?: CallOptions): Promise<FoundPrompts>;

  /** Rejects `not_found`. */
  getPrompt(name: string, options?: CallOptions): Promise<Prompt>;

  /**
   * Many prompts in as few requests as the back end allows, in no order. One that is not there, or
   * that the caller may not see, is left out. Absent where asking again costs nothing.
   */
  getPrompts?(names: readonly string[], options?: CallOptions): Promise<readonly Prompt[]>;

  /** Rejects `not_found` for the prompt, the version, the alias, or each of several aliases. */
  getVersion(
    name: string,
    selector: VersionSelector,
    options?: CallOptions,
  ): Promise<PromptVersion>;

  /**
   * Many versions in as few requests as the back end allows, in the order asked for. A version
   * that has gone is left out.
   */
  getVersions(
    wanted: readonly WantedVersion[],
    options?: CallOptions,
  ): Promise<readonly PromptVersion[]>;

  /** Live versions, newest first. Rejects `not_found` when there is no such prompt. */
  listVersions(
    name: string,
    page: PageRequest,
    options?: CallOptions,
  ): Promise<Page<PromptVersion>>;

  /** A prompt without versions. Rejects `already_exists`. */
  createPrompt(
    name: string,
    details: { readonly description?: string; readonly tags?: Tags },
    options?: CallOptions,
  ): Promise<Prompt>;

  /**
   * Adds the next version; creates the prompt when there is none of that name, and leaves no
   * empty prompt behind when that fails. As in MLflow's client, the first version's commit message
   * becomes the prompt's description and its tags become the prompt's as well; later versions'
   * tags stay on the version, so nobody's prompt tags are overwritten unseen. Tags that speak of one
   * version alone (`mcp.arguments` and others) never become the prompt's. Each version gets the tag
   * `mcp.write_id`, whose value no other version has.
   *
   * Nothing is written when the newest version has the same content (`hasSameContent`).
   * Rejects `conflict` when the base is not the newest version, whatever the content, and
   * `already_exists` when a registered model that is no prompt has the name.
   */
  registerVersion(
    name: string,
    draft: VersionDraft,
    conditions?: RegisterConditions,
    options?: CallOptions,
  ): Promise<Registered>;

  /**
   * Points the alias at the version, moving it if it points elsewhere. Rejects `not_found`, and
   * `conflict` when it does not point where it is expected to. Without `capabilities.atomicWrites`
   * that is looked at just before the write and once more behind it. Of those who move it through one
   * process all but one are refused; who moves it elsewhere between look and write is overwritten
   * unseen, and who is overwritten learns it by a `conflict` that says so.
   */
  setAlias(
    name: string,
    alias: string,
    version: number,
    conditions?: AliasConditions,
    options?: CallOptions,
  ): Promise<void>;

  /** Rejects `not_found` when the prompt has no such alias. */
  deleteAlias(
    name: string,
    alias: string,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void>;

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

  /** Deletes one version, its aliases first. The number is not used again. Rejects `not_found`. */
  deleteVersion(
    name: string,
    version: number,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void>;

  /** Deletes the prompt with all its versions, tags and aliases. Rejects `not_found`. */
  deletePrompt(name: string, conditions?: WriteConditions, options?: CallOptions): Promise<void>;
}
