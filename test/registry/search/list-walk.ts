import type { PromptSearch } from "../../../src/registry/search/prompt-search.ts";
import { searchByScanning } from "../../../src/registry/search/scan.ts";
import { SearchPlan } from "../../../src/registry/search/search-plan.ts";
import { compareKeys, type SortKey, sortKey } from "../../../src/registry/search/sort-key.ts";
import type { Walk } from "../../../src/registry/search/source.ts";
import type { Prompt, PromptVersion } from "../../../src/registry/types.ts";

/** Yields the prompts of a list, as a back end does. */
class ListWalk implements Walk<SortKey> {
  position: SortKey | undefined;
  isComplete = false;
  readonly #plan: SearchPlan;
  readonly #list: readonly Prompt[];
  readonly #bound: number;

  constructor(plan: SearchPlan, list: readonly Prompt[], from: SortKey | undefined, bound: number) {
    this.position = from;
    this.#plan = plan;
    this.#list = list;
    this.#bound = bound;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Prompt> {
    const behind = this.#behind();
    for (const [index, next] of behind.slice(0, this.#bound).entries()) {
      this.isComplete = index === behind.length - 1;
      this.position = this.#plan.walkKey(next);
      yield next;
    }
    this.isComplete = behind.length <= this.#bound;
  }

  #behind(): readonly Prompt[] {
    const { position } = this;
    const key = (one: Prompt) => this.#plan.walkKey(one);
    return this.#list
      .filter((one) => position === undefined || compareKeys(key(one), position) > 0)
      .toSorted((one, other) => compareKeys(key(one), key(other)));
  }
}

/**
 * Searches a list of prompts.
 * @param bound how many prompts a page examines
 * @param versions the versions that are not the newest ones
 */
export function find(
  search: PromptSearch,
  list: readonly Prompt[],
  bound = 1_000,
  versions: readonly PromptVersion[] = [],
) {
  const plan = new SearchPlan(search);
  return searchByScanning(plan, {
    exact: !plan.needsContent,
    position: sortKey,
    readVersions: async (wanted) =>
      versions.filter(({ name, version }) =>
        wanted.some((one) => one.name === name && one.version === version),
      ),
    walk: (from) => new ListWalk(plan, list, from, bound),
  });
}
