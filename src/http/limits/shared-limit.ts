import { tooMany } from "../refusal.ts";

export interface SharedLimitOptions {
  /** How much there is. */
  readonly total: number;
  /** How much of it one holder may have. */
  readonly share: number;
  /** A sentence for whom there is no room. */
  readonly refusal: string;
  /** Told of each refusal. */
  readonly refused?: () => void;
}

/** What somebody holds of a limit. */
export interface Reservation {
  /** @throws HttpRefusal 429 when there is no room for so much; then it holds what it held */
  resize(amount: number): void;
  /** Nothing has to give way any more. */
  fix(): void;
  /** Gives all of it back; further calls do nothing. */
  release(): void;
}

interface Holding {
  amount: number;
  /** Ends whatever holds it; undefined when that may go on. */
  giveWay: (() => void) | undefined;
}

/** What one holder has, oldest first. */
interface Share {
  readonly holder: string;
  used: number;
  readonly holdings: Set<Holding>;
}

/**
 * How much of something is in use, over all and by each holder: a caller, or an address. Whatever
 * one holder does, only its share is gone. Where holdings can give way, the oldest one does: of the
 * holder whose share is used up, or else of the one that has most.
 */
export class SharedLimit {
  readonly #options: SharedLimitOptions;
  readonly #shares = new Map<string, Share>();
  readonly #waiting: (() => void)[] = [];
  #used = 0;

  constructor(options: SharedLimitOptions) {
    this.#options = options;
  }

  /** How much is in use. */
  get used(): number {
    return this.#used;
  }

  /**
   * @param giveWay called when it has to end for the sake of another, with nothing left to release
   * @throws HttpRefusal 429
   */
  take(holder: string, amount = 1, giveWay?: () => void): Reservation {
    const share = this.#shares.get(holder) ?? { holder, used: 0, holdings: new Set() };
    const holding: Holding = { amount: 0, giveWay };
    this.#shares.set(holder, share);
    share.holdings.add(holding);
    const held: Reservation = {
      resize: (wanted) => this.#resize(share, holding, wanted),
      fix: () => {
        holding.giveWay = undefined;
      },
      release: () => this.#release(share, holding),
    };
    try {
      held.resize(amount);
      return held;
    } catch (error) {
      held.release();
      throw error;
    }
  }

  /** Resolves when nothing is in use. */
  async whenIdle(): Promise<void> {
    if (this.#used > 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #resize(share: Share, holding: Holding, amount: number): void {
    const more = amount - holding.amount;
    const { total, share: most } = this.#options;
    if (!share.holdings.has(holding)) throw this.#refusal();
    while (more > 0 && share.used + more > most) this.#makeRoom(share, holding);
    while (more > 0 && this.#used + more > total) this.#makeRoom(this.#largest(share), holding);
    this.#count(share, holding, amount);
  }

  #count(share: Share, holding: Holding, amount: number): void {
    const more = amount - holding.amount;
    holding.amount = amount;
    share.used += more;
    this.#used += more;
    if (this.#used === 0) for (const resolve of this.#waiting.splice(0)) resolve();
  }

  /** The oldest that can give way does. If it is the one that wants more, it is refused. */
  #makeRoom(share: Share, holding: Holding): void {
    for (const oldest of share.holdings) {
      const { giveWay } = oldest;
      if (giveWay === undefined) continue;
      if (oldest === holding) break;
      this.#options.refused?.();
      this.#release(share, oldest);
      giveWay();
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
    this.#options.refused?.();
    return tooMany(this.#options.refusal, 1);
  }

  #release(share: Share, holding: Holding): void {
    if (!share.holdings.delete(holding)) return;
    this.#count(share, holding, 0);
    if (share.holdings.size === 0) this.#shares.delete(share.holder);
  }
}
