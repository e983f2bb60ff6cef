import type { PromptSearch } from "../prompt-registry.ts";
import type { Prompt } from "../types.ts";
import { matchPrompt } from "./prompt-search.ts";
import type { SortKey } from "./sort-key.ts";

type Order = NonNullable<PromptSearch["order"]>;

/** How a search is done: in which order prompts are looked at, and in which they are given. */
export class SearchPlan {
  readonly search: PromptSearch;
  readonly order: Order;
  /** The order to look at prompts in: one that back ends have. */
  readonly walk: "name" | "changed";
  /** Whether a look at each prompt's own words is needed, which no back end's search can do. */
  readonly needsContent: boolean;
  readonly #workspace: string | undefined;

  /** @param workspace of the view that searches: cursors are not for others' */
  constructor(search: PromptSearch, workspace?: string) {
    const { words = [], variable, changedSince } = search;
    this.search = search;
    this.#workspace = workspace;
    this.order = chooseOrder(search);
    this.walk = changedSince !== undefined || this.order === "changed" ? "changed" : "name";
    this.needsContent = words.length > 0 || variable !== undefined;
  }

  /** Whether what is looked at can be given as it comes; else all of it has to be sorted first. */
  get isStreamed(): boolean {
    return this.order === this.walk;
  }

  /** What tells a search from others, so that their cursors are not mixed up. */
  get identity(): readonly unknown[] {
    const { nameContains, tags, alias, words, variable, changedSince } = this.search;
    const sorted = Object.entries(tags ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const conditions = [nameContains, sorted, alias, words ?? [], variable, changedSince];
    return ["prompts", this.#workspace, ...conditions, this.order];
  }

  /** Where a prompt is sorted in, when all have to be; undefined for one that is not found. */
  keyOf(prompt: Prompt): SortKey | undefined {
    const match = matchPrompt(prompt, this.search);
    if (match === undefined) return undefined;
    return { rank: this.order === "relevance" ? 0 - match.score : 0, name: prompt.name };
  }

  /** Where a prompt stands in the order they are looked at. */
  walkKey({ name, updatedAt }: Pick<Prompt, "name" | "updatedAt">): SortKey {
    return { rank: this.walk === "changed" ? 0 - updatedAt : 0, name };
  }

  /** Whether neither this prompt nor any that comes behind it is found. */
  isOver({ updatedAt }: Pick<Prompt, "updatedAt">): boolean {
    const { changedSince } = this.search;
    return changedSince !== undefined && updatedAt < changedSince;
  }
}

/** Who looks for words wants the best first; without words all prompts are equally good. */
function chooseOrder({ order, words = [] }: PromptSearch): Order {
  if (words.length === 0) return order === "changed" ? "changed" : "name";
  return order ?? "relevance";
}
