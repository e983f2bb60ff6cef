import type { CacheEntry, CacheOwner, CacheSubject, Kind } from "./cache-entry.ts";
import { estimateBytes } from "./memory-size.ts";
import { SharedLru } from "./shared-lru.ts";

/** What an entry takes besides its answer, about. */
const entryBytes = 200;

/** Answers by what they answer, as many as there is room for over all and in each caller's share. */
export class EntryStore {
  readonly #kept: SharedLru<CacheEntry<Kind>>;

  /** @param ownerBytes of what one caller is answered in one workspace */
  constructor(maxBytes: number, ownerBytes: number) {
    this.#kept = new SharedLru({ maxBytes, ownerBytes });
  }

  /** How many bytes they take, about. */
  get bytes(): number {
    return this.#kept.bytes;
  }

  get<K extends Kind>(key: string, kind: K): CacheEntry<K> | undefined {
    const kept = this.#kept.get(key);
    return kept !== undefined && isKept(kept, kind) ? kept : undefined;
  }

  set<K extends Kind>({ prefix }: CacheOwner, key: string, kept: CacheEntry<K>): void {
    const bytes = estimateBytes(kept.answer) + key.length + entryBytes;
    this.#kept.set(prefix, key, kept, bytes);
  }

  delete(key: string): void {
    this.#kept.delete(key);
  }

  /** Deletes what one caller was answered, about one prompt where that is named. */
  deleteOf({ prefix }: CacheOwner, prompt?: string): void {
    for (const [key, kept] of this.#kept.entriesOf(prefix)) {
      if (prompt === undefined || kept.prompt === prompt) this.#kept.delete(key);
    }
  }

  clear(): void {
    this.#kept.clear();
  }
}

/** What an answer is kept under. */
export function keyOf({ owner, kind, about }: CacheSubject<Kind>): string {
  return `${owner.prefix}${kind}:${about}`;
}

function isKept<K extends Kind>(kept: CacheEntry<Kind>, kind: K): kept is CacheEntry<K> {
  return kept.kind === kind;
}
