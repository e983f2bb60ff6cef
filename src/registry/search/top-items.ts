import { compareKeys, type SortKey } from "./sort-key.ts";

interface Entry<T> {
  readonly key: SortKey;
  readonly item: T;
}

/**
 * The first items behind a place, of all that are given in any order. It holds on to a few times as
 * many as are wanted, however many are given.
 */
export class TopItems<T> {
  readonly #limit: number;
  readonly #after: SortKey | undefined;
  #entries: Entry<T>[] = [];

  constructor(limit: number, after: SortKey | undefined) {
    this.#limit = limit;
    this.#after = after;
  }

  add(key: SortKey, item: T): void {
    if (this.#after !== undefined && compareKeys(key, this.#after) <= 0) return;
    this.#entries.push({ key, item });
    if (this.#entries.length > 4 * this.#limit) this.#entries = this.#first();
  }

  /** `next` is the place behind the last item; absent when nothing was given that comes later. */
  page(): { readonly items: readonly T[]; readonly next?: SortKey } {
    const first = this.#first();
    const shown = first.slice(0, this.#limit);
    const last = shown.at(-1);
    const items = shown.map(({ item }) => item);
    return last === undefined || shown.length === first.length
      ? { items }
      : { items, next: last.key };
  }

  /** One more than is shown, to know that there is more. */
  #first(): Entry<T>[] {
    return this.#entries
      .toSorted((one, other) => compareKeys(one.key, other.key))
      .slice(0, this.#limit + 1);
  }
}
