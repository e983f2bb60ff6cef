import { LRUCache } from "lru-cache";

export interface SharedLruOptions<Value> {
  /** Maximum size of all entries. */
  readonly maxBytes: number;
  /** Maximum size of one owner's entries. */
  readonly ownerBytes: number;
  /** Called with each value that leaves the cache. */
  readonly onEvict?: (value: Value, key: string) => void;
}

interface Entry<Value> {
  readonly owner: string;
  readonly value: Value;
  readonly bytes: number;
}

/** The entries of one owner, oldest first. */
interface Share {
  bytes: number;
  readonly keys: Set<string>;
}

/**
 * An LRU cache with a limit in bytes for all owners and one for each owner. When an owner exceeds its
 * limit, its own oldest entries are evicted, so that no owner can evict the entries of others.
 */
export class SharedLru<Value> {
  readonly #options: SharedLruOptions<Value>;
  readonly #entries: LRUCache<string, Entry<Value>>;
  readonly #shares = new Map<string, Share>();

  constructor(options: SharedLruOptions<Value>) {
    this.#options = options;
    this.#entries = new LRUCache({
      maxSize: Math.max(1, options.maxBytes),
      sizeCalculation: ({ bytes }) => bytes,
      dispose: (entry, key) => this.#dispose(entry, key),
    });
  }

  /** Size of all entries. */
  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  /** A value that is larger than `ownerBytes` is not stored. */
  set(owner: string, key: string, value: Value, bytes: number): void {
    const { ownerBytes } = this.#options;
    this.#entries.delete(key);
    if (bytes > ownerBytes) return;
    this.#entries.set(key, { owner, value, bytes });
    if (!this.#entries.has(key)) return;
    const share = this.#shares.get(owner) ?? { bytes: 0, keys: new Set() };
    this.#shares.set(owner, share);
    share.bytes += bytes;
    share.keys.add(key);
    for (const oldest of share.keys) {
      if (share.bytes <= ownerBytes) break;
      this.#entries.delete(oldest);
    }
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  /** Oldest first. */
  entriesOf(owner: string): readonly (readonly [key: string, value: Value])[] {
    return [...(this.#shares.get(owner)?.keys ?? [])].flatMap((key) => {
      const entry = this.#entries.peek(key);
      return entry === undefined ? [] : [[key, entry.value] as const];
    });
  }

  clear(): void {
    this.#entries.clear();
  }

  #dispose({ owner, value, bytes }: Entry<Value>, key: string): void {
    const share = this.#shares.get(owner);
    if (share?.keys.delete(key)) share.bytes -= bytes;
    if (share?.keys.size === 0) this.#shares.delete(owner);
    this.#options.onEvict?.(value, key);
  }
}
