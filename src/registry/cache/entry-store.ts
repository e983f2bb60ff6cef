import type { CacheEntry, CacheOwner, CacheSubject, ResultKind } from "./cache-entry.ts";
import { estimateBytes } from "./memory-size.ts";
import { SharedLru } from "./shared-lru.ts";

/** What an entry takes besides its answer, about. */
const entryBytes = 200;

/** Answers by what they answer, as many as there is room for over all and in each caller's share. */
export class EntryStore {
  readonly #entries: SharedLru<CacheEntry<ResultKind>>;

  /** @param ownerBytes of what one caller is answered in one workspace */
  constructor(maxBytes: number, ownerBytes: number) {
    this.#entries = new SharedLru({ maxBytes, ownerBytes });
  }

  /** How many bytes they take, about. */
  get bytes(): number {
    return this.#entries.bytes;
  }

  get<K extends ResultKind>(key: string, kind: K): CacheEntry<K> | undefined {
    const kept = this.#entries.get(key);
    return kept !== undefined && isOfKind(kept, kind) ? kept : undefined;
  }

  set<K extends ResultKind>({ prefix }: CacheOwner, key: string, kept: CacheEntry<K>): void {
    const bytes = estimateBytes(kept.result) + key.length + entryBytes;
    this.#entries.set(prefix, key, kept, bytes);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** Deletes what one caller was answered, about one prompt where that is named. */
  deleteOwned({ prefix }: CacheOwner, prompt?: string): void {
    for (const [key, kept] of this.#entries.entriesOf(prefix)) {
      if (prompt === undefined || kept.prompt === prompt) this.#entries.delete(key);
    }
  }

  clear(): void {
    this.#entries.clear();
  }
}

/** What an answer is kept under. */
export function keyOf({ owner, kind, id: about }: CacheSubject<ResultKind>): string {
  return `${owner.prefix}${kind}:${about}`;
}

function isOfKind<K extends ResultKind>(
  kept: CacheEntry<ResultKind>,
  kind: K,
): kept is CacheEntry<K> {
  return kept.kind === kind;
}
