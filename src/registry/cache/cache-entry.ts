import type { CallOptions } from "../prompt-registry.ts";
import type { FoundPrompts } from "../search/prompt-search.ts";
import type {
  Page,
  Prompt,
  PromptVersion,
  RegistryDescription,
  VersionSelector,
} from "../types.ts";

/** Results of a registry by kind of request. */
export interface Results {
  readonly description: RegistryDescription;
  readonly search: FoundPrompts;
  readonly prompt: Prompt;
  /** Whether there is a prompt of a name. */
  readonly presence: { readonly exists: boolean };
  readonly version: PromptVersion;
  readonly versionPage: Page<PromptVersion>;
  /** Versions of several prompts. Each is stored as a `listedVersion`. */
  readonly versionBatch: readonly PromptVersion[];
  readonly listedVersion: ListedVersion;
  /** That the registry did not refuse a request for the prompt. */
  readonly readAccess: { readonly prompt: string };
}

/** A version, and its prompt as it was when the version was fetched. */
export interface ListedVersion {
  readonly version: PromptVersion;
  readonly prompt: Prompt;
}

export type ResultKind = keyof Results;

/** The caller and workspace that entries belong to. No other owner is ever served them. */
export class CacheOwner {
  readonly workspace: string | undefined;
  /** Whether the registry knows the caller, and may refuse what it lists. */
  readonly hasCredential: boolean;
  /** Start of all keys of this owner, and of no other owner's keys. */
  readonly prefix: string;

  /** @param caller identifies the credential without revealing it */
  constructor(workspace: string | undefined, caller: string, hasCredential: boolean) {
    this.workspace = workspace;
    this.hasCredential = hasCredential;
    this.prefix = `${JSON.stringify([workspace ?? null, caller])}:`;
  }
}

/** What the key of an entry is made from. */
export interface CacheSubject<K extends ResultKind> {
  readonly owner: CacheOwner;
  readonly kind: K;
  /** Identifies the request among all requests of its kind. */
  readonly id: string;
  /** The prompt that the result depends on. Absent when it may depend on any prompt. */
  readonly prompt?: string;
}

/** A request to the registry whose result can be cached. */
export interface CacheableRequest<K extends ResultKind> extends CacheSubject<K> {
  readonly fetch: (options: CallOptions) => Promise<Results[K]>;
  /**
   * Called before a fetched result is stored.
   * @param before the result that it replaces, unless a change has already invalidated that
   * @returns the result to store
   */
  readonly onFetched?: (
    result: Results[K],
    before: Results[K] | undefined,
    time: RequestTime,
  ) => Results[K];
  /** The result is not stored. Concurrent callers still share one request. */
  readonly notStored?: true;
  /** Called when a cached prompt or version no longer exists. */
  readonly onNotFound?: (before: Results[K]) => void;
  /** How to refresh it in a batch. Undefined when it can be refreshed only by itself. */
  readonly batch?: (() => BatchableRequest | undefined) | undefined;
}

/** A request that a batch of prompts can satisfy. */
export interface BatchableRequest {
  readonly kind: "prompt" | "version";
  readonly name: string;
  /** Selects the version, when it may not be the newest one. */
  readonly selector: VersionSelector | undefined;
  /**
   * Refreshes requests of one owner. Never rejects.
   * @returns the requests that each need a fetch of their own
   */
  readonly refresh: (due: readonly BatchableRequest[]) => Promise<readonly BatchableRequest[]>;
}

/** When a request started. Its result was current at that time or later. */
export interface RequestTime {
  /** Milliseconds on the cache's clock. */
  readonly at: number;
  /** Number of changes that were known. */
  readonly changes: number;
  readonly revision: string | undefined;
}

export interface CacheEntry<K extends ResultKind> extends RequestTime {
  readonly kind: K;
  readonly prompt: string | undefined;
  readonly result: Results[K];
  /** When a caller first got the result from the cache, on the cache's clock. */
  servedAt?: number;
}
