import { compareKeys, type SortKey } from "./sort-key.ts";

interface Entry<T> {
  readonly key: SortKey;
  readonly item: T;
}

/**
 * Selects the first items after a position from items in any order. It keeps at most a few times the
 * limit in memory, however many items are added.
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

  /** `next` is the position of the last item. Absent when no item follows it. */
  page(): { readonly items: readonly T[]; readonly next?: SortKey } {
    const first = this.#first();
    const shown = first.slice(0, this.#limit);
    const last = shown.at(-1);
    const items = shown.map(({ item }) => item);
    return last === undefined || shown.length === first.length
      ? { items }
      : { items, next: last.key };
  }

  /** One item more than the limit, which shows that there is another page. */
  #first(): Entry<T>[] {
    return this.#entries
      .toSorted((one, other) => compareKeys(one.key, other.key))
      .slice(0, this.#limit + 1);
  }
}
