import type { CacheConfig } from "../config/config.ts";
import type { Log } from "../log/log.ts";
import type { View } from "../mlflow/client.ts";
import { EvaluatedCache, watchRuns } from "../registry/cache/evaluated-cache.ts";
import { clientTtlShare } from "../registry/cache/freshness.ts";
import { PromptCache } from "../registry/cache/prompt-cache.ts";
import type { ResultCacheOptions } from "../registry/cache/result-cache.ts";
import { AnnouncingRegistry } from "../registry/changes/announcing-registry.ts";
import { type Change, ChangeHub } from "../registry/changes/change-hub.ts";
import { toChanges, type Write } from "../registry/changes/write.ts";
import { CheckedRegistry } from "../registry/checked-registry.ts";
import type { EvaluationStore } from "../registry/evaluation/evaluation-store.ts";
import type { PromptRegistry } from "../registry/prompt-registry.ts";
import type { TraceLinks } from "../registry/traces.ts";
import type { Session } from "../session/session.ts";
import type { OpenRegistry } from "./open-registry.ts";
import { Poller } from "./poller.ts";
import type { TraceLinker } from "./trace-linker.ts";

/** How long clients may cache what they receive, in milliseconds. */
export function clientTtlMs({ ttl }: CacheConfig): number {
  return Math.round(1_000 * ttl * clientTtlShare);
}

export interface SharedRegistryOptions {
  /** Times are seconds. */
  readonly cache: CacheConfig;
  /** Bytes of the cache that one caller may use; absent means all. */
  readonly callerBytes?: number;
  /** Seconds between polls for changes by other programs; 0 turns polling off. */
  readonly pollInterval: number;
  /** Whether sessions link versions to traces. */
  readonly linkTraces: boolean;
  readonly log: Log;
  readonly observe?: ResultCacheOptions["observe"];
}

/** Publishes changes to the other replicas of this server. */
export interface ChangePublisher {
  /** Resolves when the replicas have the change, or cannot get it. Never rejects. */
  publish(workspace: string | undefined, change: Change): Promise<void>;
}

/**
 * The registry that all sessions of the process share. It caches results per caller. Each change, by
 * whichever program, invalidates the cache and notifies the subscribers of its workspace.
 */
export class SharedRegistry {
  readonly #registry: OpenRegistry;
  readonly #cache: PromptCache;
  readonly #evaluated = new EvaluatedCache();
  readonly #hub: ChangeHub;
  readonly #poller: Poller;
  readonly #loadLinker: (() => Promise<TraceLinker>) | undefined;
  #linker: Promise<TraceLinker> | undefined;
  #replicas: ChangePublisher | undefined;

  constructor(registry: OpenRegistry, options: SharedRegistryOptions) {
    const { cache, callerBytes, pollInterval, linkTraces, log, observe } = options;
    this.#registry = registry;
    this.#cache = new PromptCache({
      ttlMs: 1_000 * cache.ttl,
      maxStaleMs: 1_000 * cache.outage,
      maxBytes: cache.size,
      ...(callerBytes === undefined ? {} : { ownerBytes: callerBytes }),
      onChange: (workspace, change) => void this.publish(workspace, change),
      ...(registry.revision ? { revision: () => registry.revision?.() } : {}),
      firstRevision: () => registry.firstRevision?.(),
      ...(observe ? { observe } : {}),
    });
    // Loaded with the first link, as most starts need none.
    this.#loadLinker = linkTraces
      ? async () => new (await import("./trace-linker.ts")).TraceLinker(log)
      : undefined;
    this.#hub = new ChangeHub((workspace, change) => this.#cache.invalidate(workspace, change));
    this.#poller = new Poller({
      createDetector: (view) => this.#cache.observeResponses(registry.changeDetector(view)),
      publish: (workspace, change) => this.publish(workspace, change),
      hasSubscribers: (workspace) => this.#hub.hasSubscribers(workspace),
      intervalMs: 1_000 * pollInterval,
      log,
    });
  }

  /** Size of the cache in bytes, estimated. */
  get bytes(): number {
    return this.#cache.bytes;
  }

  /**
   * The parts of a session that depend on the registry. A session has to get `registry` anew for
   * each call: that keeps the workspace polled.
   * @param caller stands for the credential; no caller gets the cached results of another
   * @param onWrite called when a write has ended
   */
  session(
    view: View,
    caller: string,
    onWrite: (write: Write) => void = () => {},
  ): Required<Pick<Session, "registry" | "changes">> &
    Pick<Session, "evaluations" | "evaluatedVersions" | "links"> {
    const registry = this.#callersRegistry(view, caller, onWrite);
    const poller = this.#poller;
    return {
      ...this.#evaluations(view, caller),
      changes: this.#hub.of(view.workspace),
      get registry() {
        // MLflow may refuse an unverified credential, so it is not used for polling.
        if (!view.unverified) poller.noteCall(view);
        return registry;
      },
    };
  }

  #evaluations(
    view: View,
    caller: string,
  ): Pick<Session, "evaluations" | "evaluatedVersions" | "links"> {
    const store = this.#registry.evaluations?.(view);
    if (store === undefined) return {};
    const evaluations = watchRuns(store, () => this.#evaluated.clear());
    const key = JSON.stringify([view.workspace, caller]);
    return {
      evaluations,
      evaluatedVersions: (options) => this.#evaluated.read(key, store, options),
      ...this.#links(key, store),
    };
  }

  #links(caller: string, store: EvaluationStore): Pick<Session, "links"> {
    const load = this.#loadLinker;
    if (load === undefined) return {};
    const links: TraceLinks = {
      link: async (...given) => {
        this.#linker ??= load();
        return (await this.#linker).of(caller, store).link(...given);
      },
    };
    return { links };
  }

  /**
   * A call passes these layers, in this order: audited and announced, checked, cached, back end.
   * The audit comes before the checks because it records refused writes as well.
   */
  #callersRegistry(view: View, caller: string, onWrite: (write: Write) => void): PromptRegistry {
    const { workspace, credential } = view;
    const backEnd = this.#registry.view(view);
    const hasCredential = credential !== undefined;
    const cached = this.#cache.view(backEnd, { workspace, caller, hasCredential });
    const checked = new CheckedRegistry(cached);
    return new AnnouncingRegistry(checked, async (write) => {
      onWrite(write);
      for (const change of toChanges(write)) await this.publish(workspace, change);
    });
  }

  /** Sets where changes are published besides this process. */
  setReplicas(replicas: ChangePublisher): void {
    this.#replicas = replicas;
  }

  /** Publishes a change in this process and to the other replicas. */
  async publish(workspace: string | undefined, change: Change): Promise<void> {
    this.publishLocally(workspace, change);
    await this.#replicas?.publish(workspace, change);
  }

  /** Publishes a change that the other replicas have already. */
  publishLocally(workspace: string | undefined, change: Change): void {
    this.#hub.publish(workspace, change);
    this.#poller.notePublished(workspace, change);
  }

  /** Notes that a webhook of MLflow delivered a change, which has been published. */
  noteDelivery(workspace: string | undefined, change: Change): void {
    this.#poller.noteDelivery(workspace, change);
  }

  close(): void {
    this.#poller.close();
    void this.#linker?.then((linker) => linker.close());
  }

  /** Empties the cache, for when changes may have been missed. */
  invalidateAll(): void {
    this.#cache.invalidateAll();
  }
}
