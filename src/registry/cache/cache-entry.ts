import type { CallOptions, FoundPrompts } from "../prompt-registry.ts";
import type {
  Page,
  Prompt,
  PromptVersion,
  RegistryDescription,
  VersionSelector,
} from "../types.ts";

/** What a registry is asked for, by kind. */
export interface Results {
  readonly description: RegistryDescription;
  readonly search: FoundPrompts;
  readonly prompt: Prompt;
  readonly version: PromptVersion;
  readonly versionPage: Page<PromptVersion>;
  /** Versions of many prompts, which are kept one by one. */
  readonly versionBatch: readonly PromptVersion[];
  readonly listedVersion: ListedVersion;
}

/** A version that was got for a prompt as it was then. */
export interface ListedVersion {
  readonly version: PromptVersion;
  readonly prompt: Prompt;
}

export type ResultKind = keyof Results;

/** Whose answers: nobody else is ever given them. */
export class CacheOwner {
  readonly workspace: string | undefined;
  /** What keys of this owner's answers begin with, and no other's. */
  readonly prefix: string;

  /** @param caller stands for the credential, and does not reveal it */
  constructor(workspace: string | undefined, caller: string) {
    this.workspace = workspace;
    this.prefix = `${JSON.stringify([workspace ?? null, caller])}:`;
  }
}

/** What an answer is remembered under. */
export interface CacheSubject<K extends ResultKind> {
  readonly owner: CacheOwner;
  readonly kind: K;
  /** What is asked, in words that mean nothing else within the kind. */
  readonly id: string;
  /** The prompt that the answer is about; absent when it may be about any. */
  readonly prompt?: string;
}

/** One question that is asked of the registry. */
export interface CacheableRequest<K extends ResultKind> extends CacheSubject<K> {
  readonly fetch: (options: CallOptions) => Promise<Results[K]>;
  /**
   * Told of an answer before it is kept, and of the one it replaces if nobody has told yet that
   * this is outdated. Returns the answer to keep.
   */
  readonly onFetched?: (
    answer: Results[K],
    before: Results[K] | undefined,
    asked: RequestTime,
  ) => Results[K];
  /** Nothing is kept: callers at the same time share the answer. */
  readonly notStored?: true;
  /** Told that what was there is there no more. */
  readonly onNotFound?: (before: Results[K]) => void;
  /** How it is asked again together with others; undefined when it is asked by itself alone. */
  readonly batch?: BatchableRequest | undefined;
}

/** A question that prompts answer, so that few requests answer many. */
export interface BatchableRequest {
  readonly kind: "prompt" | "version";
  readonly name: string;
  /** The version that is wanted, where that may be an older one. */
  readonly selector: VersionSelector | undefined;
  /** Asks anew, for one owner. Returns what has to be asked for alone. Never rejects. */
  readonly refresh: (due: readonly BatchableRequest[]) => Promise<readonly BatchableRequest[]>;
}

/** When something was asked: what it says was true at that time, or later. */
export interface RequestTime {
  /** On the cache's clock. */
  readonly at: number;
  /** How many changes had been told of. */
  readonly changes: number;
  readonly revision: string | undefined;
}

export interface CacheEntry<K extends ResultKind> extends RequestTime {
  readonly kind: K;
  readonly prompt: string | undefined;
  readonly result: Results[K];
}
