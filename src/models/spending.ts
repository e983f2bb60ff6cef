import { LRUCache } from "lru-cache";

const windowMs = 3_600_000;
/** What was spent is kept in sums of this time. */
const stepMs = 60_000;
/** The callers whose spending is remembered. */
const maxCallers = 10_000;

interface Account {
  /** Spent dollars by the step in which they were spent. */
  readonly spent: Map<number, number>;
  /** Of calls in progress. */
  reserved: number;
}

/** A part of a caller's limit, for one request. */
export interface Reservation {
  /** Replaces the reservation by what the request cost. */
  settle(usd: number): void;
}

/** What each caller of this process has spent in the last hour, in US dollars. */
export class Spending {
  readonly #limit: number | undefined;
  readonly #accounts = new LRUCache<string, Account>({ max: maxCallers });

  /** @param limit dollars an hour; undefined means no limit */
  constructor(limit: number | undefined) {
    this.#limit = limit;
  }

  /** Dollars that the caller may still reserve. */
  left(caller: string): number {
    if (this.#limit === undefined) return Number.POSITIVE_INFINITY;
    const account = this.#accounts.get(caller);
    return account ? this.#limit - spentIn(account) - account.reserved : this.#limit;
  }

  reserve(caller: string, usd: number): Reservation {
    const account = this.#accounts.get(caller) ?? { spent: new Map(), reserved: 0 };
    this.#accounts.set(caller, account);
    account.reserved += usd;
    return {
      settle(cost) {
        account.reserved -= usd;
        const step = Math.floor(performance.now() / stepMs);
        account.spent.set(step, (account.spent.get(step) ?? 0) + cost);
      },
    };
  }
}

/** Forgets what was spent before the window. */
function spentIn({ spent }: Account): number {
  const oldest = Math.floor((performance.now() - windowMs) / stepMs);
  let sum = 0;
  for (const [step, usd] of spent) {
    if (step < oldest) spent.delete(step);
    else sum += usd;
  }
  return sum;
}
