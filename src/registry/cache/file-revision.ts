import type { RequestTime } from "./cache-entry.ts";

/** A revision is read again after this many milliseconds: reading it takes longer than a cache hit. */
const recheckMs = 20;

export interface FileRevisionOptions {
  /**
   * Present where the registry itself knows whether another process has written. The text differs
   * after such a write. Entries are fresh for as long as it stays the same, whatever their age.
   * Undefined while the revision is not known yet.
   */
  readonly revision?: (() => string | undefined) | undefined;
  /** The first known revision. Requests that started before it was known read at least this one. */
  readonly firstRevision?: (() => string | undefined) | undefined;
}

/** The revision of a registry, read at most every 20 milliseconds. */
export class FileRevision {
  readonly #options: FileRevisionOptions;
  readonly #now: () => number;
  #last: string | undefined;
  #lastAt = Number.NEGATIVE_INFINITY;

  constructor(options: FileRevisionOptions, now: () => number) {
    this.#options = options;
    this.#now = now;
  }

  /** Whether the registry has revisions. */
  get isAvailable(): boolean {
    return this.#options.revision !== undefined;
  }

  current(): string | undefined {
    const now = this.#now();
    if (this.#last === undefined || now - this.#lastAt >= recheckMs) {
      this.#last = this.#options.revision?.();
      this.#lastAt = now;
    }
    return this.#last;
  }

  /** Whether no other process has written since the request started. */
  isUnchangedSince({ revision }: RequestTime): boolean {
    return revision !== undefined && revision === this.current();
  }

  /** Completes the time of the request that made the revision known. */
  withRevision(time: RequestTime): RequestTime {
    return { ...time, revision: time.revision ?? this.#options.firstRevision?.() };
  }
}
