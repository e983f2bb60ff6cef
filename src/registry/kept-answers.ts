import { LRUCache } from "lru-cache";
import type { Kept, Kind, Owner, Subject } from "./answers.ts";
import { sizeOf } from "./size-of.ts";

/** What an entry takes besides its answer, about. */
const entryBytes = 200;

/** Answers by what they answer, as many as there is room for: those that were least used go first. */
export class KeptAnswers {
  readonly #kept: LRUCache<string, Kept<Kind>>;

  constructor(maxBytes: number) {
    this.#kept = new LRUCache({
      maxSize: Math.max(1, maxBytes),
      sizeCalculation: ({ answer }, key) => sizeOf(answer) + key.length + entryBytes,
    });
  }

  /** How many bytes they take, about. */
  get bytes(): number {
    return this.#kept.calculatedSize;
  }

  get<K extends Kind>(key: string, kind: K): Kept<K> | undefined {
    const kept = this.#kept.get(key);
    return kept !== undefined && isKept(kept, kind) ? kept : undefined;
  }

  set<K extends Kind>(key: string, kept: Kept<K>): void {
    this.#kept.set(key, kept);
  }

  delete(key: string): void {
    this.#kept.delete(key);
  }

  /** Deletes what one caller was answered, about one prompt where that is named. */
  deleteOf({ prefix }: Owner, prompt?: string): void {
    for (const [key, kept] of this.#kept.entries()) {
      const isMeant = prompt === undefined || kept.prompt === prompt;
      if (isMeant && key.startsWith(prefix)) this.#kept.delete(key);
    }
  }

  clear(): void {
    this.#kept.clear();
  }
}

/** What an answer is kept under. */
export function keyOf({ owner, kind, about }: Subject<Kind>): string {
  return `${owner.prefix}${kind}:${about}`;
}

function isKept<K extends Kind>(kept: Kept<Kind>, kind: K): kept is Kept<K> {
  return kept.kind === kind;
}
