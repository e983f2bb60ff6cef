import type { RequestTime } from "./cache-entry.ts";
import type { FileRevision } from "./file-revision.ts";

/** This share of the TTL is left for clients, which may cache a result as well. */
export const clientTtlShare = 0.2;

/** A hit that is older than this share of the TTL starts a refresh in the background. */
const refreshTtlShare = 0.15;

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

  isRefreshDue({ at }: RequestTime): boolean {
    return !this.#revision.isAvailable && this.#now() - at >= refreshTtlShare * this.#ttlMs;
  }

  /** Whether another caller may join a pending request that started at this time. */
  isJoinable(time: RequestTime): boolean {
    return this.#isYounger(time, this.#ttlMs);
  }

  #isYounger({ at }: RequestTime, ageMs: number): boolean {
    return this.#now() - at <= ageMs;
  }
}
