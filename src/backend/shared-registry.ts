import type { CacheConfig } from "../config/config.ts";
import type { Log } from "../log/log.ts";
import type { View } from "../mlflow/client.ts";
import { PromptCache } from "../registry/cache/prompt-cache.ts";
import { clientTtlShare, type ResultCacheOptions } from "../registry/cache/result-cache.ts";
import { AnnouncingRegistry, type Write } from "../registry/changes/announcing-registry.ts";
import { type Change, ChangeHub, toChange } from "../registry/changes/change-hub.ts";
import { CheckedRegistry } from "../registry/checked-registry.ts";
import type { Session } from "../session/session.ts";
import type { OpenRegistry } from "./open-registry.ts";
import { Poller } from "./poller.ts";

/** For how long clients may take what they are told for true, in milliseconds. */
export function answersLastMs({ ttl }: CacheConfig): number {
  return Math.round(1_000 * ttl * clientTtlShare);
}

export interface SharedRegistryOptions {
  /** Times are seconds. */
  readonly cache: CacheConfig;
  /** Bytes of the cache that one caller may use; absent means all. */
  readonly callerBytes?: number;
  /** Seconds; 0 never asks what others changed. */
  readonly pollInterval: number;
  readonly log: Log;
  readonly observe?: ResultCacheOptions["observe"];
}

/** Other processes that serve the same registry. */
export interface Others {
  /** Resolves when they know, or cannot be told. Never rejects. */
  tell(workspace: string | undefined, change: Change): Promise<void>;
}

/**
 * The registry as all sessions of the process share it: what it answers is remembered for each
 * caller, and what is changed is forgotten and told to everybody in the workspace, whoever changed
 * it.
 */
export class SharedRegistry {
  readonly #registry: OpenRegistry;
  readonly #cache: PromptCache;
  readonly #hub: ChangeHub;
  readonly #watch: Poller;
  #others: Others | undefined;

  constructor(registry: OpenRegistry, options: SharedRegistryOptions) {
    const { cache, callerBytes, pollInterval, log, observe } = options;
    this.#registry = registry;
    this.#cache = new PromptCache({
      ttlMs: 1_000 * cache.ttl,
      maxStaleMs: 1_000 * cache.outage,
      maxBytes: cache.size,
      ...(callerBytes === undefined ? {} : { ownerBytes: callerBytes }),
      onChange: (workspace, change) => void this.announce(workspace, change),
      ...(registry.revision ? { revision: () => registry.revision?.() } : {}),
      firstRevision: () => registry.firstRevision?.(),
      ...(observe ? { observe } : {}),
    });
    this.#hub = new ChangeHub((workspace, change) => this.#cache.invalidate(workspace, change));
    this.#watch = new Poller({
      lookout: (view) => this.#cache.observeResponses(registry.lookout(view)),
      announce: (workspace, change) => this.announce(workspace, change),
      isWatched: (workspace) => this.#hub.hasSubscribers(workspace),
      intervalMs: 1_000 * pollInterval,
      log,
    });
  }

  /** How many bytes are remembered, about. */
  get bytes(): number {
    return this.#cache.bytes;
  }

  /**
   * What a session is given. It asks for its registry anew with each call: that tells that the
   * workspace is in use.
   * @param caller stands for the credential: what one caller is answered is never given to another
   * @param onWrite told of each write when it has ended
   */
  session(
    view: View,
    caller: string,
    onWrite: (write: Write) => void = () => {},
  ): Required<Pick<Session, "registry" | "changes">> {
    const { workspace } = view;
    const cached = this.#cache.view(this.#registry.view(view), { workspace, caller });
    // The checks come behind the audit, which has a line for each refused write.
    const registry = new AnnouncingRegistry(new CheckedRegistry(cached), async (write) => {
      onWrite(write);
      const change = toChange(write);
      if (change) await this.announce(workspace, change);
    });
    const watch = this.#watch;
    return {
      changes: this.#hub.of(workspace),
      get registry() {
        // With a credential that MLflow may not accept nobody looks for others.
        if (!view.unproven) watch.used(view);
        return registry;
      },
    };
  }

  /** Others are told of each change from now on. */
  spreadThrough(others: Others): void {
    this.#others = others;
  }

  /**
   * Something has changed: what is remembered of it is forgotten, and who watches it is told, here
   * and by the others.
   */
  async announce(workspace: string | undefined, change: Change): Promise<void> {
    this.take(workspace, change);
    await this.#others?.tell(workspace, change);
  }

  /** The same, for a change that the others know of. */
  take(workspace: string | undefined, change: Change): void {
    this.#hub.publish(workspace, change);
  }

  /** MLflow itself has told of a change, which was announced. */
  delivered(workspace: string | undefined, change: Change): void {
    this.#watch.delivered(workspace, change);
  }

  close(): void {
    this.#watch.close();
  }

  /** Changes may have been missed. */
  forgetAll(): void {
    this.#cache.invalidateAll();
  }
}
