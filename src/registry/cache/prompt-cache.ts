import type { ChangeDetector } from "../changes/change-detector.ts";
import type { Change } from "../changes/change-hub.ts";
import type { PromptRegistry } from "../prompt-registry.ts";
import { CacheOwner } from "./cache-entry.ts";
import { CachedRegistry } from "./cached-registry.ts";
import { ResultCache, type ResultCacheOptions } from "./result-cache.ts";

export interface PromptCacheOptions extends ResultCacheOptions {
  /** Called when a fetched result reveals a change by another client. */
  readonly onChange: (workspace: string | undefined, change: Change) => void;
}

/** The cache of one registry for all callers of this process. */
export class PromptCache {
  readonly #results: ResultCache;
  readonly #options: PromptCacheOptions;

  constructor(options: PromptCacheOptions) {
    this.#options = options;
    this.#results = new ResultCache(options);
  }

  /** Approximate size of all entries. */
  get bytes(): number {
    return this.#results.bytes;
  }

  /**
   * The registry with a cache. The entries serve only this caller in this workspace.
   * @param of `caller` identifies the credential without revealing it; `hasCredential` means that the
   *   registry is sent one
   */
  view(
    registry: PromptRegistry,
    of: {
      readonly workspace: string | undefined;
      readonly caller: string;
      readonly hasCredential: boolean;
    },
  ): PromptRegistry {
    if (this.#options.ttlMs === 0) return registry;
    const owner = new CacheOwner(of.workspace, of.caller, of.hasCredential);
    return new CachedRegistry(registry, owner, this.#results, (change) => {
      this.invalidate(owner.workspace, change);
      this.#options.onChange(owner.workspace, change);
    });
  }

  /** The same detector. Its successful requests also show that the registry is available. */
  observeResponses(detector: ChangeDetector): ChangeDetector {
    return {
      detect: async (options) => {
        const time = this.#results.startRequest();
        const changes = await detector.detect(options);
        this.#results.noteResponse(time);
        return changes;
      },
    };
  }

  invalidate(workspace: string | undefined, change: Change): void {
    this.#results.invalidate(workspace, change);
  }

  invalidateAll(): void {
    this.#results.invalidateAll();
  }
}
