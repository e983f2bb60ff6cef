import type { RequestTime } from "./cache-entry.ts";

/** A registry's own word holds for so many milliseconds: asking for it takes longer than an answer. */
const recheckMs = 20;

export interface FileRevisionOptions {
  /**
   * Where the registry knows itself whether somebody else has written: another text then. Answers
   * are good for as long as it is the same, however old. Undefined while that is not known.
   */
  readonly revision?: (() => string | undefined) | undefined;
  /** The first that was known: what was asked before that was read after it. */
  readonly firstRevision?: (() => string | undefined) | undefined;
}

/** What a registry says itself of whether somebody has written, asked now and then. */
export class FileRevision {
  readonly #options: FileRevisionOptions;
  readonly #now: () => number;
  #last: string | undefined;
  #lastAt = Number.NEGATIVE_INFINITY;

  constructor(options: FileRevisionOptions, now: () => number) {
    this.#options = options;
    this.#now = now;
  }

  /** Whether the registry knows. */
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

  /** Whether nobody has written since then. */
  isUnchangedSince({ revision }: RequestTime): boolean {
    return revision !== undefined && revision === this.current();
  }

  /** With the revision that the registry had, for what made it known. */
  withRevision(asked: RequestTime): RequestTime {
    return { ...asked, revision: asked.revision ?? this.#options.firstRevision?.() };
  }
}
