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
import { RefreshQueue } from "./refresh-queue.ts";
import { initialHangMs, type PendingRequest, SingleFlight } from "./single-flight.ts";

export interface ResultCacheOptions extends FileRevisionOptions {
  /** No answer is older than this, in milliseconds, while the registry answers. */
  readonly ttlMs: number;
  /** While it does not answer, the last answer is given up to this age, in milliseconds. */
  readonly maxStaleMs: number;
  readonly maxBytes: number;
  /** Of what one caller is answered in one workspace; absent means all of it. */
  readonly ownerBytes?: number;
  readonly observe?: (outcome: "hit" | "miss" | "old") => void;
  /** Milliseconds that only ever grow. */
  readonly now?: () => number;
}

/** This share of an answer's time is left to clients, who may remember it as well. */
export const clientTtlShare = 0.2;

/** From this share of their time on they are asked for again, while they are still given. */
const refreshTtlShare = 0.15;

/**
 * Remembers what a registry answered, for each workspace and credential by itself.
 *
 * An answer is given while it is young; when it is older it is asked for again in the background;
 * at the end of its time callers wait. Any number of callers who miss the same answer make one
 * request. What a change touches is never given again, and an answer that was asked for before the
 * change is not kept.
 */
export class ResultCache {
  readonly #options: ResultCacheOptions;
  readonly #now: () => number;
  readonly #entries: EntryStore;
  readonly #pending = new SingleFlight();
  readonly #changes = new ChangeClock();
  readonly #refreshes = new RefreshQueue();
  readonly #revision: FileRevision;

  constructor(options: ResultCacheOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#revision = new FileRevision(options, this.#now);
    this.#entries = new EntryStore(options.maxBytes, options.ownerBytes ?? options.maxBytes);
  }

  /** How many bytes are remembered, about. */
  get bytes(): number {
    return this.#entries.bytes;
  }

  /**
   * @throws RegistryError what the registry rejects with, unless there is an older answer for a
   *   registry that does not answer
   */
  async getOrFetch<K extends ResultKind>(
    question: CacheableRequest<K>,
    options: CallOptions = {},
  ): Promise<Results[K]> {
    const remembered = this.get(question, options.notBefore);
    if (remembered !== undefined) return remembered.result;
    const key = keyOf(question);
    const { observe, maxStaleMs } = this.#options;
    try {
      observe?.("miss");
      return await this.#fetch(key, question, options);
    } catch (error) {
      // Looked at again: it may have been forgotten while the registry was asked.
      const mayBeOld = options.notBefore === undefined && isUnavailable(error);
      const last = mayBeOld ? this.#findValid(key, question) : undefined;
      const ageMs = last === undefined ? 0 : this.#now() - last.at;
      if (last === undefined || ageMs > maxStaleMs) throw error;
      observe?.("old");
      options.onStaleResult?.(ageMs);
      return last.result;
    }
  }

  /**
   * What is remembered and may be given now, to who wants nothing that was asked before `since`. It
   * is asked for again in time, in the background.
   */
  get<K extends ResultKind>(
    question: CacheableRequest<K>,
    since = Number.NEGATIVE_INFINITY,
  ): CacheEntry<K> | undefined {
    const key = keyOf(question);
    const kept = this.#findValid(key, question);
    if (kept === undefined || kept.at < since || !this.#isFresh(kept)) return undefined;
    this.#options.observe?.("hit");
    if (this.#isRefreshDue(kept)) this.#scheduleRefresh(key, question);
    return kept;
  }

  /** What is remembered up to an age, for what does not change by itself. */
  getYoungerThan<K extends ResultKind>(
    subject: CacheSubject<K>,
    ageMs: number,
  ): CacheEntry<K> | undefined {
    const kept = this.#findValid(keyOf(subject), subject);
    if (kept === undefined) return undefined;
    const isYoung = !this.#revision.isAvailable && this.#now() - kept.at <= ageMs;
    return isYoung || this.#isFresh(kept) ? kept : undefined;
  }

  /** Keeps an answer that came along with another one, unless there is a younger one. */
  storeUnlessNewer<K extends ResultKind>(
    subject: CacheSubject<K>,
    answer: Results[K],
    asked: RequestTime,
  ): void {
    const key = keyOf(subject);
    const kept = this.#findValid(key, subject);
    if (kept !== undefined && kept.at > asked.at) return;
    if (this.#isInvalidated(subject, asked)) return;
    const { kind, prompt } = subject;
    this.#entries.set(subject.owner, key, { ...asked, kind, prompt, result: answer });
  }

  /** What a change touches is never given again. */
  invalidate(workspace: string | undefined, { prompt }: Pick<Change, "prompt">): void {
    this.#changes.record(workspace, prompt);
  }

  /** Nothing that is remembered is ever given again. */
  invalidateAll(): void {
    this.#changes.recordAll();
    this.#entries.clear();
  }

  /** What one caller was answered about one prompt is not given again. */
  evict(owner: CacheOwner, prompt: string): void {
    this.#entries.deleteOwned(owner, prompt);
  }

  /** The registry has answered something else that was asked then. */
  noteResponse(asked: RequestTime): void {
    this.#pending.noteResponse(asked);
  }

  /** What is asked now. */
  startRequest(): RequestTime {
    return { at: this.#now(), changes: this.#changes.count, revision: this.#revision.current() };
  }

  /** Keeps an answer that was asked for along with others, unless something else is known by now. */
  storeFetched<K extends ResultKind>(
    question: CacheableRequest<K>,
    answer: Results[K],
    asked: RequestTime,
  ): void {
    this.#store(keyOf(question), question, asked, answer);
  }

  /** What has just been received is told of what it told itself. */
  withKnownChanges(asked: RequestTime): RequestTime {
    return { ...asked, changes: this.#changes.count };
  }

  #scheduleRefresh<K extends ResultKind>(key: string, question: CacheableRequest<K>): void {
    if (this.#pending.has(key)) return;
    this.#refreshes.add(key, question, async () => {
      const flight = this.#joinOrStart(key, question);
      // It is wanted, whoever leaves. Its failure is noted where it lands; callers will meet it.
      flight.waiters++;
      await Promise.race([flight.result.catch(() => undefined), flight.superseded]);
    });
  }

  /** @param patienceMs twice as long each time: an answer that takes long is not a flood of requests */
  #fetch<K extends ResultKind>(
    key: string,
    question: CacheableRequest<K>,
    options: CallOptions,
    patienceMs = initialHangMs,
  ): Promise<Results[K]> {
    const flight = this.#joinOrStart(key, question, options.notBefore, patienceMs);
    const anew = () => this.#fetch(key, question, options, 2 * patienceMs);
    return this.#pending.join(flight, options.signal, anew);
  }

  /** The request that is under way for an answer, if it is good enough, or else a new one. */
  #joinOrStart<K extends ResultKind>(
    key: string,
    question: CacheableRequest<K>,
    since = Number.NEGATIVE_INFINITY,
    patienceMs = initialHangMs,
  ): PendingRequest<K> {
    const under = this.#pending.get(key, question.kind);
    if (under !== undefined) {
      const { at } = under.time;
      const isYoung = at >= since && this.#now() - at <= this.#options.ttlMs;
      if (isYoung && !this.#isInvalidated(question, under.time)) return under;
    }
    const asked = this.startRequest();
    const ask = (signal: AbortSignal) =>
      question.fetch({ signal }).then(
        (received) => this.#store(key, question, this.#revision.withRevision(asked), received),
        (error: unknown) => this.#handleFailure(key, question, error),
      );
    return this.#pending.start(key, question.kind, asked, ask, patienceMs);
  }

  #store<K extends ResultKind>(
    key: string,
    question: CacheableRequest<K>,
    asked: RequestTime,
    received: Results[K],
  ): Results[K] {
    if (this.#isInvalidated(question, asked)) return received;
    const before = this.#findValid(key, question);
    if (before !== undefined && before.at > asked.at) return received;
    const answer = question.onFetched?.(received, before?.result, asked) ?? received;
    if (question.notStored) return answer;
    const { kind, prompt } = question;
    this.#entries.set(question.owner, key, {
      ...this.withKnownChanges(asked),
      kind,
      prompt,
      result: answer,
    });
    return answer;
  }

  #handleFailure<K extends ResultKind>(
    key: string,
    question: CacheableRequest<K>,
    error: unknown,
  ): never {
    const kind = error instanceof RegistryError ? error.kind : "fault";
    if (kind === "unavailable" || kind === "cancelled") throw error;
    const before = this.#findValid(key, question);
    this.#entries.delete(key);
    if (kind === "not_found" && before !== undefined) question.onNotFound?.(before.result);
    // Who is refused once is asked about anew, whatever it is.
    if (kind === "unauthenticated" || kind === "forbidden")
      this.#entries.deleteOwned(question.owner);
    throw error;
  }

  #findValid<K extends ResultKind>(
    key: string,
    subject: CacheSubject<K>,
  ): CacheEntry<K> | undefined {
    const kept = this.#entries.get(key, subject.kind);
    return kept === undefined || this.#isInvalidated(subject, kept) ? undefined : kept;
  }

  #isFresh(asked: RequestTime): boolean {
    if (this.#revision.isAvailable) return this.#revision.isUnchangedSince(asked);
    return this.#now() - asked.at <= (1 - clientTtlShare) * this.#options.ttlMs;
  }

  #isRefreshDue({ at }: RequestTime): boolean {
    return !this.#revision.isAvailable && this.#now() - at >= refreshTtlShare * this.#options.ttlMs;
  }

  /** Whether a change has been told of since that touches what is asked. */
  #isInvalidated(
    { owner, prompt }: Pick<CacheSubject<ResultKind>, "owner" | "prompt">,
    { changes }: RequestTime,
  ): boolean {
    return this.#changes.hasChangedSince(owner.workspace, prompt, changes);
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof RegistryError && error.kind === "unavailable";
}
