import type { ChangeDetector } from "../changes/change-detector.ts";
import type { Change } from "../changes/change-hub.ts";
import type { PromptRegistry } from "../prompt-registry.ts";
import { CacheOwner } from "./cache-entry.ts";
import { CachedRegistry } from "./cached-registry.ts";
import { ResultCache, type ResultCacheOptions } from "./result-cache.ts";

export interface PromptCacheOptions extends ResultCacheOptions {
  /** Told of what others are found to have changed. */
  readonly onChange: (workspace: string | undefined, change: Change) => void;
}

/** The answers of one registry to all callers of this process, remembered as `ResultCache` does. */
export class PromptCache {
  readonly #results: ResultCache;
  readonly #options: PromptCacheOptions;

  constructor(options: PromptCacheOptions) {
    this.#options = options;
    this.#results = new ResultCache(options);
  }

  /** How many bytes are remembered, about. */
  get bytes(): number {
    return this.#results.bytes;
  }

  /**
   * A caller's view of the registry, whose answers are remembered for that caller alone.
   * @param of `caller` stands for the credential, and does not reveal it
   */
  view(
    registry: PromptRegistry,
    of: { readonly workspace: string | undefined; readonly caller: string },
  ): PromptRegistry {
    if (this.#options.ttlMs === 0) return registry;
    const owner = new CacheOwner(of.workspace, of.caller);
    return new CachedRegistry(registry, owner, this.#results, (change) => {
      this.invalidate(owner.workspace, change);
      this.#options.onChange(owner.workspace, change);
    });
  }

  /** The same lookout; that it is answered tells that the registry answers. */
  observeResponses(lookout: ChangeDetector): ChangeDetector {
    return {
      detect: async (options) => {
        const asked = this.#results.startRequest();
        const changes = await lookout.detect(options);
        this.#results.noteResponse(asked);
        return changes;
      },
    };
  }

  /** What a change touches is never given again. */
  invalidate(workspace: string | undefined, change: Change): void {
    this.#results.invalidate(workspace, change);
  }

  /** Nothing that is remembered is ever given again. */
  invalidateAll(): void {
    this.#results.invalidateAll();
  }
}
