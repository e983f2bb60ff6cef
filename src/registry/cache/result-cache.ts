import type { Change } from "../changes/change-hub.ts";
import { RegistryError } from "../errors.ts";
import type { CallOptions } from "../prompt-registry.ts";
import type {
  CacheableRequest,
  CacheEntry,
  CacheOwner,
  CacheSubject,
  RequestTime,
  ResultKind,
  Results,
} from "./cache-entry.ts";
import { ChangeClock } from "./change-clock.ts";
import { EntryStore, keyOf } from "./entry-store.ts";
import { FileRevision, type FileRevisionOptions } from "./file-revision.ts";
import { Freshness } from "./freshness.ts";
import { RefreshQueue } from "./refresh-queue.ts";
import { initialHangMs, type PendingRequest, SingleFlight } from "./single-flight.ts";

export interface ResultCacheOptions extends FileRevisionOptions {
  /** Maximum age of a result, in milliseconds, while the registry is available. */
  readonly ttlMs: number;
  /** Maximum age of a stale result, in milliseconds, during an outage of the registry. */
  readonly maxStaleMs: number;
  readonly maxBytes: number;
  /** Maximum for the results of one caller in one workspace. Absent means `maxBytes`. */
  readonly ownerBytes?: number;
  readonly observe?: (outcome: "hit" | "miss" | "old") => void;
  /** A monotonic clock, in milliseconds. */
  readonly now?: () => number;
}

/**
 * Caches the results of a registry, separately for each workspace and credential.
 *
 * A fresh entry is served from the cache, and an ageing one that is in use is refreshed in the
 * background (stale-while-revalidate). When the TTL has passed, callers wait for a fetch. Concurrent misses of
 * one key share one request (single-flight). A change invalidates the entries of its prompt. A result
 * that was requested before the change is not stored.
 */
export class ResultCache {
  readonly #options: ResultCacheOptions;
  readonly #now: () => number;
  readonly #entries: EntryStore;
  readonly #pending = new SingleFlight();
  readonly #changes = new ChangeClock();
  readonly #refreshes = new RefreshQueue();
  readonly #revision: FileRevision;
  readonly #freshness: Freshness;

  constructor(options: ResultCacheOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#revision = new FileRevision(options, this.#now);
    this.#freshness = new Freshness(options.ttlMs, this.#revision, this.#now);
    this.#entries = new EntryStore(options.maxBytes, options.ownerBytes ?? options.maxBytes);
  }

  /** Approximate size of all entries. */
  get bytes(): number {
    return this.#entries.bytes;
  }

  /**
   * @throws RegistryError the error of the registry. During an outage it is thrown only if there is
   *   no stale result within `maxStaleMs`.
   */
  async getOrFetch<K extends ResultKind>(
    request: CacheableRequest<K>,
    options: CallOptions = {},
  ): Promise<Results[K]> {
    const hit = this.get(request, options.notBefore);
    if (hit !== undefined) return hit.result;
    const key = keyOf(request);
    const { observe, maxStaleMs } = this.#options;
    try {
      observe?.("miss");
      return await this.#fetch(key, request, options);
    } catch (error) {
      const mayBeStale = options.notBefore === undefined && isUnavailable(error);
      // Looked up only now: a change may have invalidated the entry during the fetch.
      const stale = mayBeStale ? this.#findValid(key, request) : undefined;
      const ageMs = stale === undefined ? 0 : this.#now() - stale.at;
      if (stale === undefined || ageMs > maxStaleMs) throw error;
      observe?.("old");
      options.onStaleResult?.(ageMs);
      return stale.result;
    }
  }

  /** A fresh entry that was requested at `notBefore` or later. Schedules its refresh when due. */
  get<K extends ResultKind>(
    request: CacheableRequest<K>,
    notBefore = Number.NEGATIVE_INFINITY,
  ): CacheEntry<K> | undefined {
    const key = keyOf(request);
    const entry = this.#findValid(key, request);
    if (entry === undefined || entry.at < notBefore) return undefined;
    if (!this.#freshness.isFresh(entry)) return undefined;
    this.#options.observe?.("hit");
    if (this.#freshness.isRefreshDue(entry)) this.#scheduleRefresh(key, request);
    entry.servedAt ??= this.#now();
    return entry;
  }

  /** An entry up to an age that may exceed the TTL. For results that rarely change. */
  getYoungerThan<K extends ResultKind>(
    subject: CacheSubject<K>,
    ageMs: number,
  ): CacheEntry<K> | undefined {
    const entry = this.#findValid(keyOf(subject), subject);
    return entry !== undefined && this.#freshness.isFreshFor(entry, ageMs) ? entry : undefined;
  }

  /** Stores a result that was part of another result, unless the entry is newer. */
  storeUnlessNewer<K extends ResultKind>(
    subject: CacheSubject<K>,
    result: Results[K],
    time: RequestTime,
  ): void {
    const key = keyOf(subject);
    const entry = this.#findValid(key, subject);
    if (entry !== undefined && entry.at > time.at) return;
    if (this.#isInvalidated(subject, time)) return;
    this.#entries.set(key, subject, time, result);
  }

  /** Invalidates the entries of the prompt, or of the workspace when the change names no prompt. */
  invalidate(workspace: string | undefined, { prompt }: Pick<Change, "prompt">): void {
    this.#changes.record(workspace, prompt);
  }

  /** Invalidates the entries of all workspaces. */
  invalidateAll(): void {
    this.#changes.recordAll();
    this.#entries.clear();
  }

  /** Evicts one caller's entries for one prompt. */
  evict(owner: CacheOwner, prompt: string): void {
    this.#entries.deleteOwned(owner, prompt);
  }

  /** Records that the registry responded to a request that did not go through this cache. */
  noteResponse(time: RequestTime): void {
    this.#pending.noteResponse(time);
  }

  /** The time to store results with, for a request that starts now. */
  startRequest(): RequestTime {
    return { at: this.#now(), changes: this.#changes.count, revision: this.#revision.current() };
  }

  /**
   * Stores a fetched result, unless it is outdated.
   * @returns the result, or the equal one that was stored before
   */
  storeFetched<K extends ResultKind>(
    request: CacheableRequest<K>,
    fetched: Results[K],
    time: RequestTime,
  ): Results[K] {
    if (this.#isInvalidated(request, time)) return fetched;
    const key = keyOf(request);
    const before = this.#findValid(key, request);
    if (before !== undefined && before.at > time.at) return fetched;
    const result = request.onFetched?.(fetched, before?.result, time) ?? fetched;
    if (!request.notStored) this.#entries.set(key, request, this.withKnownChanges(time), result);
    return result;
  }

  /** A fetched result already contains the changes that comparing it has revealed. */
  withKnownChanges(time: RequestTime): RequestTime {
    return { ...time, changes: this.#changes.count };
  }

  #scheduleRefresh<K extends ResultKind>(key: string, request: CacheableRequest<K>): void {
    if (this.#pending.has(key)) return;
    this.#refreshes.add(key, request, async () => {
      const pending = this.#joinOrStart(key, request);
      // The refresh counts as a waiter: the request goes on when all callers have left it.
      pending.waiters++;
      await Promise.race([pending.result.catch(() => undefined), pending.superseded]);
    });
  }

  /** @param hangMs doubles with each attempt: slow responses must not multiply the requests */
  #fetch<K extends ResultKind>(
    key: string,
    request: CacheableRequest<K>,
    options: CallOptions,
    hangMs = initialHangMs,
  ): Promise<Results[K]> {
    const pending = this.#joinOrStart(key, request, options.notBefore, hangMs);
    const retry = () => this.#fetch(key, request, options, 2 * hangMs);
    return this.#pending.join(pending, options.signal, retry);
  }

  #joinOrStart<K extends ResultKind>(
    key: string,
    request: CacheableRequest<K>,
    notBefore = Number.NEGATIVE_INFINITY,
    hangMs = initialHangMs,
  ): PendingRequest<K> {
    const pending = this.#pending.get(key, request.kind);
    // Joined also where the registry takes longer than the TTL: more requests would slow it down.
    const isJoinable = pending !== undefined && pending.time.at >= notBefore;
    if (isJoinable && !this.#isInvalidated(request, pending.time)) return pending;
    const time = this.startRequest();
    const fetch = (signal: AbortSignal) =>
      request.fetch({ signal }).then(
        (fetched) => this.storeFetched(request, fetched, this.#revision.withRevision(time)),
        (error: unknown) => this.#handleFailure(key, request, error),
      );
    return this.#pending.start(key, request.kind, time, fetch, hangMs);
  }

  #handleFailure<K extends ResultKind>(
    key: string,
    request: CacheableRequest<K>,
    error: unknown,
  ): never {
    const kind = error instanceof RegistryError ? error.kind : "fault";
    if (kind === "unavailable" || kind === "cancelled") throw error;
    const before = this.#findValid(key, request);
    this.#entries.delete(key);
    if (kind === "not_found" && before !== undefined) request.onNotFound?.(before.result);
    // The caller may have lost access to everything, so none of its entries is served again.
    const isRefused = kind === "unauthenticated" || kind === "forbidden";
    if (isRefused) this.#entries.deleteOwned(request.owner);
    throw error;
  }

  #findValid<K extends ResultKind>(
    key: string,
    subject: CacheSubject<K>,
  ): CacheEntry<K> | undefined {
    const entry = this.#entries.get(key, subject.kind);
    return entry === undefined || this.#isInvalidated(subject, entry) ? undefined : entry;
  }

  #isInvalidated({ owner, prompt }: CacheSubject<ResultKind>, { changes }: RequestTime): boolean {
    return this.#changes.hasChangedSince(owner.workspace, prompt, changes);
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof RegistryError && error.kind === "unavailable";
}
