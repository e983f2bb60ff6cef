import { tooMany } from "../refusal.ts";

export interface SharedLimitOptions {
  /** The limit over all owners. */
  readonly total: number;
  /** The limit of one owner. */
  readonly share: number;
  /** The sentence of a refusal. */
  readonly refusal: string;
  /** Called for each refusal. */
  readonly onRefused?: () => void;
}

/** An amount that an owner has taken of a limit. */
export interface Reservation {
  /** @throws HttpRefusal 429 when the amount exceeds a limit; the reservation is then unchanged */
  resize(amount: number): void;
  /** Excludes the reservation from eviction. */
  pin(): void;
  /** Returns the amount. Further calls do nothing. */
  release(): void;
}

interface Entry {
  amount: number;
  /** Undefined when the entry cannot be evicted. */
  onEvict: (() => void) | undefined;
}

/** What one owner has taken, oldest first. */
interface Share {
  readonly owner: string;
  used: number;
  readonly entries: Set<Entry>;
}

/**
 * A limit in total and per owner, which is a caller or an address: one owner can use up only its own
 * share. Where reservations can be evicted, the oldest one is: of the owner at its share, or else of
 * the owner with the most.
 */
export class SharedLimit {
  readonly #options: SharedLimitOptions;
  readonly #shares = new Map<string, Share>();
  readonly #waiting: (() => void)[] = [];
  #used = 0;

  constructor(options: SharedLimitOptions) {
    this.#options = options;
  }

  /** The total amount in use. */
  get used(): number {
    return this.#used;
  }

  /**
   * @param onEvict called when another reservation needs the amount, which is released already
   * @throws HttpRefusal 429
   */
  take(owner: string, amount = 1, onEvict?: () => void): Reservation {
    const share = this.#shares.get(owner) ?? { owner, used: 0, entries: new Set() };
    const entry: Entry = { amount: 0, onEvict };
    this.#shares.set(owner, share);
    share.entries.add(entry);
    const reservation: Reservation = {
      resize: (wanted) => this.#resize(share, entry, wanted),
      pin: () => {
        entry.onEvict = undefined;
      },
      release: () => this.#release(share, entry),
    };
    try {
      reservation.resize(amount);
      return reservation;
    } catch (error) {
      reservation.release();
      throw error;
    }
  }

  /** Resolves when nothing is in use. */
  async whenIdle(): Promise<void> {
    if (this.#used > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #resize(share: Share, entry: Entry, amount: number): void {
    const more = amount - entry.amount;
    const { total, share: most } = this.#options;
    if (!share.entries.has(entry)) throw this.#refusal();
    while (more > 0 && share.used + more > most) this.#evictOldest(share, entry);
    while (more > 0 && this.#used + more > total) this.#evictOldest(this.#largest(share), entry);
    this.#count(share, entry, amount);
  }

  #count(share: Share, entry: Entry, amount: number): void {
    const more = amount - entry.amount;
    entry.amount = amount;
    share.used += more;
    this.#used += more;
    if (this.#used === 0) for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** Evicts the share's oldest entry. @throws HttpRefusal 429 when that is the entry that grows */
  #evictOldest(share: Share, entry: Entry): void {
    for (const oldest of share.entries) {
      const { onEvict } = oldest;
      if (onEvict === undefined) continue;
      if (oldest === entry) break;
      this.#options.onRefused?.();
      this.#release(share, oldest);
      onEvict();
      return;
    }
    throw this.#refusal();
  }

  #largest(first: Share): Share {
    let largest = first;
    for (const share of this.#shares.values()) if (share.used > largest.used) largest = share;
    return largest;
  }

  #refusal(): Error {
    this.#options.onRefused?.();
    return tooMany(this.#options.refusal, 1);
  }

  #release(share: Share, entry: Entry): void {
    if (!share.entries.delete(entry)) return;
    this.#count(share, entry, 0);
    if (share.entries.size === 0) this.#shares.delete(share.owner);
  }
}
