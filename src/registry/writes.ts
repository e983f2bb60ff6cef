import type { PromptVersion } from "./types.ts";

/** Tags to set (a string) and to delete (null). Deleting an absent tag is not an error. */
export type TagChanges = Readonly<Record<string, string | null>>;

/** What `updatePrompt` changes. */
export interface PromptUpdate {
  readonly description: string;
}

/** Conditions for registering a version. */
export interface RegisterConditions {
  /**
   * The version that the change was made from. It must be the newest live version. 0 means that the
   * prompt must not exist or must have no live version. Otherwise nothing is written and the call
   * rejects `conflict` with subject { prompt, version: newest }.
   */
  readonly baseVersion?: number;
  /** Register even when the newest version has the same content. */
  readonly force?: boolean;
  /**
   * The version that the caller registered just before, in a series of its own, without `baseVersion`. A
   * back end that reads the newest version for its conditions takes this one instead.
   */
  readonly after?: PromptVersion;
}

/** The result of registering a version. */
export interface Registered {
  readonly version: PromptVersion;
  /** The newest live version when the conditions were checked; undefined when there was none. */
  readonly before: PromptVersion | undefined;
  /** True when the prompt itself did not exist before. */
  readonly createdPrompt: boolean;
  /**
   * True when nothing was written because the newest version already has the same content. `version`
   * is then that newest version.
   */
  readonly unchanged: boolean;
  /**
   * Live versions between the base version and this one, newest first. Other clients registered them
   * in a race that the back end could not exclude. Always empty with `capabilities.atomicWrites` and
   * when no base version was given.
   */
  readonly overtaken: readonly PromptVersion[];
  /** Why the prompt is not on the page of the experiment, although the version was registered. */
  readonly unlinked?: string;
}

/** What the alias history records about a move, besides the alias, the versions and the time. */
export interface MoveRecord {
  /** The caller, or its MCP client. */
  readonly by?: string;
  readonly reason?: string;
  /** The caller permitted a change that may break callers. */
  readonly allowBreaking?: boolean;
  /** The alias passed a gate without the evidence that it wants. */
  readonly overrideGate?: boolean;
}

/** The result of moving or deleting aliases. */
export interface Moved {
  /** Why the alias history could not be written, although the alias has moved. */
  readonly unrecorded?: string;
}

/** Conditions for setting an alias. */
export interface AliasConditions {
  /** Recorded in the alias history with the move. Absent: the move is not recorded. */
  readonly record?: MoveRecord;
  /**
   * The version that the alias must point at. 0 means that the alias must not exist. Otherwise
   * nothing is written and the call rejects `conflict` with subject { prompt, alias, version: the
   * version it points at }.
   */
  readonly expectedVersion?: number;
}

/** Conditions for every other change of a prompt. */
export interface WriteConditions {
  /**
   * The version that each of these aliases must point at. 0 means that the alias must not exist.
   * Otherwise nothing is written and the call rejects `conflict` with subject { prompt, alias,
   * version: the version it points at }.
   */
  readonly aliases?: Readonly<Record<string, number>>;
}

/** Conditions for a change that deletes aliases. */
export interface AliasDeletionConditions extends WriteConditions {
  /** Recorded in the alias history with each alias. Absent: the deletions are not recorded. */
  readonly record?: MoveRecord;
}
