import type { CacheEntry, RequestTime, ResultKind } from "./cache-entry.ts";
import type { FileRevision } from "./file-revision.ts";

/** This share of the TTL is left for clients, which may cache a result as well. */
export const clientTtlShare = 0.2;

/** A result that is older than this share of the TTL is refreshed in the background while in use. */
const refreshTtlShare = 0.15;

/** One call may read the same entry more than once. Its reads are less than this apart. */
const oneCallMs = 50;

/**
 * Decides by age whether an entry may be served. Where the registry has a revision, the revision
 * decides instead of the age.
 */
export class Freshness {
  readonly #ttlMs: number;
  readonly #revision: FileRevision;
  readonly #now: () => number;

  constructor(ttlMs: number, revision: FileRevision, now: () => number) {
    this.#ttlMs = ttlMs;
    this.#revision = revision;
    this.#now = now;
  }

  isFresh(time: RequestTime): boolean {
    if (this.#revision.isAvailable) return this.#revision.isUnchangedSince(time);
    return this.#isYounger(time, (1 - clientTtlShare) * this.#ttlMs);
  }

  /** @param ageMs maximum age where the registry has no revision and the entry is past its TTL */
  isFreshFor(time: RequestTime, ageMs: number): boolean {
    const isYoung = !this.#revision.isAvailable && this.#isYounger(time, ageMs);
    return isYoung || this.isFresh(time);
  }

  /**
   * Whether a hit starts a refresh: the entry is ageing, and an earlier call was served from it as
   * well. So there are at least two hits for each refresh, and the cache never sends more requests
   * than callers do.
   */
  isRefreshDue({ at, servedAt }: CacheEntry<ResultKind>): boolean {
    if (this.#revision.isAvailable || servedAt === undefined) return false;
    const now = this.#now();
    return now - at >= refreshTtlShare * this.#ttlMs && now - servedAt >= oneCallMs;
  }

  #isYounger({ at }: RequestTime, ageMs: number): boolean {
    return this.#now() - at <= ageMs;
  }
}
