import type {
  CacheEntry,
  CacheOwner,
  CacheSubject,
  RequestTime,
  ResultKind,
  Results,
} from "./cache-entry.ts";
import { estimateBytes } from "./memory-size.ts";
import { SharedLru } from "./shared-lru.ts";

/** Approximate size of an entry without its result. */
const entryBytes = 200;

/** Entries by key, within a byte limit for all owners and one for each owner. */
export class EntryStore {
  readonly #entries: SharedLru<CacheEntry<ResultKind>>;

  /** @param ownerBytes limit for the results of one caller in one workspace */
  constructor(maxBytes: number, ownerBytes: number) {
    this.#entries = new SharedLru({ maxBytes, ownerBytes });
  }

  /** Approximate size of all entries. */
  get bytes(): number {
    return this.#entries.bytes;
  }

  get<K extends ResultKind>(key: string, kind: K): CacheEntry<K> | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && isOfKind(entry, kind) ? entry : undefined;
  }

  set<K extends ResultKind>(
    key: string,
    { owner, kind, prompt }: CacheSubject<K>,
    { at, changes, revision }: RequestTime,
    result: Results[K],
  ): void {
    const bytes = estimateBytes(result) + key.length + entryBytes;
    this.#entries.set(owner.prefix, key, { at, changes, revision, kind, prompt, result }, bytes);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** Deletes the entries of one owner, or only those for one prompt. */
  deleteOwned({ prefix }: CacheOwner, prompt?: string): void {
    for (const [key, entry] of this.#entries.entriesOf(prefix)) {
      if (prompt === undefined || entry.prompt === prompt) this.#entries.delete(key);
    }
  }

  clear(): void {
    this.#entries.clear();
  }
}

export function keyOf({ owner, kind, id }: CacheSubject<ResultKind>): string {
  return `${owner.prefix}${kind}:${id}`;
}

function isOfKind<K extends ResultKind>(
  entry: CacheEntry<ResultKind>,
  kind: K,
): entry is CacheEntry<K> {
  return entry.kind === kind;
}
