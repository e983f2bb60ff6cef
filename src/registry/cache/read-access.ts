import type { CacheOwner, CacheSubject, RequestTime } from "./cache-entry.ts";
import type { ResultCache } from "./result-cache.ts";

/**
 * For how long after a request for one prompt, in milliseconds, searches may renew its entry. Renewing
 * each by itself would cost one request for every prompt in use.
 */
const renewableMs = 60_000;

/**
 * Whether search results may be served to one caller as the answer to a request for one prompt. MLflow
 * can refuse a prompt that it lists: with basic auth and workspaces, its lists contain every prompt of
 * the workspace, whoever may read it (3.17). So the first request for a prompt always reaches MLflow.
 * Where no credential is sent, MLflow has nobody to refuse.
 */
export class ReadAccess {
  readonly #owner: CacheOwner;
  readonly #cache: ResultCache;

  constructor(owner: CacheOwner, cache: ResultCache) {
    this.#owner = owner;
    this.#cache = cache;
  }

  /** Whether a search result is served as if the prompt had been requested by itself. */
  get isAssumed(): boolean {
    return !this.#owner.hasCredential;
  }

  /** Whether a search may renew the entry of a prompt that was requested by itself before. */
  isRenewable(prompt: string): boolean {
    if (this.isAssumed) return true;
    return this.#cache.getYoungerThan(this.#subject(prompt), renewableMs) !== undefined;
  }

  /** Sends a request for one prompt, and notes that MLflow did not refuse it. */
  async check<Result>(prompt: string, send: () => Promise<Result>): Promise<Result> {
    const time = this.#cache.startRequest();
    const result = await send();
    if (!this.isAssumed) this.#note(prompt, time);
    return result;
  }

  #note(prompt: string, time: RequestTime): void {
    this.#cache.storeUnlessNewer(this.#subject(prompt), { prompt }, time);
  }

  #subject(prompt: string): CacheSubject<"readAccess"> {
    return { owner: this.#owner, kind: "readAccess", id: prompt, prompt };
  }
}
