import type { Change } from "../changes/change-hub.ts";
import { RegistryError } from "../errors.ts";
import type { CallOptions } from "../prompt-registry.ts";
import type {
  Answers,
  CacheableRequest,
  CacheEntry,
  CacheOwner,
  CacheSubject,
  Kind,
  RequestTime,
} from "./cache-entry.ts";
import { ChangeClock } from "./change-clock.ts";
import { EntryStore, keyOf } from "./entry-store.ts";
import { FileRevision, type FileRevisionOptions } from "./file-revision.ts";
import { RefreshQueue } from "./refresh-queue.ts";
import { type Flight, SingleFlight, staleFlightMs } from "./single-flight.ts";

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
const renewedShare = 0.15;

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
  readonly #kept: EntryStore;
  readonly #flights = new SingleFlight();
  readonly #changes = new ChangeClock();
  readonly #renewals = new RefreshQueue();
  readonly #revision: FileRevision;

  constructor(options: ResultCacheOptions) {
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    this.#revision = new FileRevision(options, this.#now);
    this.#kept = new EntryStore(options.maxBytes, options.ownerBytes ?? options.maxBytes);
  }

  /** How many bytes are remembered, about. */
  get bytes(): number {
    return this.#kept.bytes;
  }

  /**
   * @throws RegistryError what the registry rejects with, unless there is an older answer for a
   *   registry that does not answer
   */
  async answer<K extends Kind>(
    question: CacheableRequest<K>,
    options: CallOptions = {},
  ): Promise<Answers[K]> {
    const remembered = this.look(question, options.notBefore);
    if (remembered !== undefined) return remembered.answer;
    const key = keyOf(question);
    const { observe, maxStaleMs } = this.#options;
    try {
      observe?.("miss");
      return await this.#arrival(key, question, options);
    } catch (error) {
      // Looked at again: it may have been forgotten while the registry was asked.
      const mayBeOld = options.notBefore === undefined && isUnavailable(error);
      const last = mayBeOld ? this.#good(key, question) : undefined;
      const ageMs = last === undefined ? 0 : this.#now() - last.at;
      if (last === undefined || ageMs > maxStaleMs) throw error;
      observe?.("old");
      options.onStaleResult?.(ageMs);
      return last.answer;
    }
  }

  /**
   * What is remembered and may be given now, to who wants nothing that was asked before `since`. It
   * is asked for again in time, in the background.
   */
  look<K extends Kind>(
    question: CacheableRequest<K>,
    since = Number.NEGATIVE_INFINITY,
  ): CacheEntry<K> | undefined {
    const key = keyOf(question);
    const kept = this.#good(key, question);
    if (kept === undefined || kept.at < since || !this.#isServed(kept)) return undefined;
    this.#options.observe?.("hit");
    if (this.#isDue(kept)) this.#renew(key, question);
    return kept;
  }

  /** What is remembered up to an age, for what does not change by itself. */
  lookBack<K extends Kind>(subject: CacheSubject<K>, ageMs: number): CacheEntry<K> | undefined {
    const kept = this.#good(keyOf(subject), subject);
    if (kept === undefined) return undefined;
    const isYoung = !this.#revision.isTold && this.#now() - kept.at <= ageMs;
    return isYoung || this.#isServed(kept) ? kept : undefined;
  }

  /** Keeps an answer that came along with another one, unless there is a younger one. */
  keep<K extends Kind>(subject: CacheSubject<K>, answer: Answers[K], asked: RequestTime): void {
    const key = keyOf(subject);
    const kept = this.#good(key, subject);
    if (kept !== undefined && kept.at > asked.at) return;
    if (this.#touched(subject, asked)) return;
    const { kind, prompt } = subject;
    this.#kept.set(subject.owner, key, { ...asked, kind, prompt, answer });
  }

  /** What a change touches is never given again. */
  forget(workspace: string | undefined, { prompt }: Pick<Change, "prompt">): void {
    this.#changes.note(workspace, prompt);
  }

  /** Nothing that is remembered is ever given again. */
  forgetAll(): void {
    this.#changes.noteAll();
    this.#kept.clear();
  }

  /** What one caller was answered about one prompt is not given again. */
  forgetFor(owner: CacheOwner, prompt: string): void {
    this.#kept.deleteOf(owner, prompt);
  }

  /** The registry has answered something else that was asked then. */
  answered(asked: RequestTime): void {
    this.#flights.answered(asked);
  }

  /** What is asked now. */
  asking(): RequestTime {
    return { at: this.#now(), changes: this.#changes.now, revision: this.#revision.current() };
  }

  /** Keeps an answer that was asked for along with others, unless something else is known by now. */
  landed<K extends Kind>(
    question: CacheableRequest<K>,
    answer: Answers[K],
    asked: RequestTime,
  ): void {
    this.#landed(keyOf(question), question, asked, answer);
  }

  /** What has just been received is told of what it told itself. */
  received(asked: RequestTime): RequestTime {
    return { ...asked, changes: this.#changes.now };
  }

  #renew<K extends Kind>(key: string, question: CacheableRequest<K>): void {
    if (this.#flights.has(key)) return;
    this.#renewals.add(key, question, async () => {
      const flight = this.#flight(key, question);
      // It is wanted, whoever leaves. Its failure is noted where it lands; callers will meet it.
      flight.waiting++;
      await Promise.race([flight.answer.catch(() => undefined), flight.overtaken]);
    });
  }

  /** @param patienceMs twice as long each time: an answer that takes long is not a flood of requests */
  #arrival<K extends Kind>(
    key: string,
    question: CacheableRequest<K>,
    options: CallOptions,
    patienceMs = staleFlightMs,
  ): Promise<Answers[K]> {
    const flight = this.#flight(key, question, options.notBefore, patienceMs);
    const anew = () => this.#arrival(key, question, options, 2 * patienceMs);
    return this.#flights.wait(flight, options.signal, anew);
  }

  /** The request that is under way for an answer, if it is good enough, or else a new one. */
  #flight<K extends Kind>(
    key: string,
    question: CacheableRequest<K>,
    since = Number.NEGATIVE_INFINITY,
    patienceMs = staleFlightMs,
  ): Flight<K> {
    const under = this.#flights.of(key, question.kind);
    if (under !== undefined) {
      const { at } = under.asked;
      const isYoung = at >= since && this.#now() - at <= this.#options.ttlMs;
      if (isYoung && !this.#touched(question, under.asked)) return under;
    }
    const asked = this.asking();
    const ask = (signal: AbortSignal) =>
      question.ask({ signal }).then(
        (received) => this.#landed(key, question, this.#revision.dated(asked), received),
        (error: unknown) => this.#failed(key, question, error),
      );
    return this.#flights.start(key, question.kind, asked, ask, patienceMs);
  }

  #landed<K extends Kind>(
    key: string,
    question: CacheableRequest<K>,
    asked: RequestTime,
    received: Answers[K],
  ): Answers[K] {
    if (this.#touched(question, asked)) return received;
    const before = this.#good(key, question);
    if (before !== undefined && before.at > asked.at) return received;
    const answer = question.received?.(received, before?.answer, asked) ?? received;
    if (question.passing) return answer;
    const { kind, prompt } = question;
    this.#kept.set(question.owner, key, { ...this.received(asked), kind, prompt, answer });
    return answer;
  }

  #failed<K extends Kind>(key: string, question: CacheableRequest<K>, error: unknown): never {
    const kind = error instanceof RegistryError ? error.kind : "fault";
    if (kind === "unavailable" || kind === "cancelled") throw error;
    const before = this.#good(key, question);
    this.#kept.delete(key);
    if (kind === "not_found" && before !== undefined) question.gone?.(before.answer);
    // Who is refused once is asked about anew, whatever it is.
    if (kind === "unauthenticated" || kind === "forbidden") this.#kept.deleteOf(question.owner);
    throw error;
  }

  #good<K extends Kind>(key: string, subject: CacheSubject<K>): CacheEntry<K> | undefined {
    const kept = this.#kept.get(key, subject.kind);
    return kept === undefined || this.#touched(subject, kept) ? undefined : kept;
  }

  #isServed(asked: RequestTime): boolean {
    if (this.#revision.isTold) return this.#revision.isThatOf(asked);
    return this.#now() - asked.at <= (1 - clientTtlShare) * this.#options.ttlMs;
  }

  #isDue({ at }: RequestTime): boolean {
    return !this.#revision.isTold && this.#now() - at >= renewedShare * this.#options.ttlMs;
  }

  /** Whether a change has been told of since that touches what is asked. */
  #touched(
    { owner, prompt }: Pick<CacheSubject<Kind>, "owner" | "prompt">,
    { changes }: RequestTime,
  ): boolean {
    return this.#changes.touched(owner.workspace, prompt, changes);
  }
}

function isUnavailable(error: unknown): boolean {
  return error instanceof RegistryError && error.kind === "unavailable";
}
