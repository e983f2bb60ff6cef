import { LRUCache } from "lru-cache";

export interface SharedLruOptions<Value> {
  /** Bytes over all. */
  readonly maxBytes: number;
  /** Bytes of one owner. */
  readonly ownerBytes: number;
  /** Told of what is no longer kept. */
  readonly onEvict?: (value: Value, key: string) => void;
}

interface Entry<Value> {
  readonly owner: string;
  readonly value: Value;
  readonly bytes: number;
}

/** What one owner has, oldest first. */
interface Share {
  bytes: number;
  readonly keys: Set<string>;
}

/**
 * A cache by bytes, of which each owner has a share. Over all the longest unused goes first; of an
 * owner that has used up its share, its own oldest, so that nobody empties the cache for others.
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

  /** How many bytes are kept. */
  get bytes(): number {
    return this.#entries.calculatedSize;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key)?.value;
  }

  /** What is larger than the owner's share is not kept. */
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

  /** What is kept of one owner, oldest first. */
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
