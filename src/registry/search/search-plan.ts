import type { PromptSearch } from "../prompt-registry.ts";
import type { Prompt } from "../types.ts";
import { matchPrompt } from "./prompt-search.ts";
import type { SortKey } from "./sort-key.ts";

type Order = NonNullable<PromptSearch["order"]>;

/** How to do a search: the order in which to examine prompts, and the order of the results. */
export class SearchPlan {
  readonly search: PromptSearch;
  readonly order: Order;
  /** The order in which to examine prompts. All back ends support it. */
  readonly walk: "name" | "changed";
  /** Whether the content of each prompt must be examined, which no back end's search can do. */
  readonly needsContent: boolean;
  readonly #workspace: string | undefined;

  /** @param workspace the workspace of the search; its cursors are not valid in others */
  constructor(search: PromptSearch, workspace?: string) {
    const { words = [], variable, changedSince } = search;
    this.search = search;
    this.#workspace = workspace;
    this.order = chooseOrder(search);
    this.walk = changedSince !== undefined || this.order === "changed" ? "changed" : "name";
    this.needsContent = words.length > 0 || variable !== undefined;
  }

  /** Whether results can be returned in the order of the walk. Otherwise they must be sorted first. */
  get isStreamed(): boolean {
    return this.order === this.walk;
  }

  /**
   * Identifies the search, so that it accepts only its own cursors. Of `changedSince` only whether it
   * is given: it may be a time ago, which is another time on the next page, and a cursor names the
   * same place in the order for every time.
   */
  get identity(): readonly unknown[] {
    const { nameContains, tags, alias, words, variable, changedSince } = this.search;
    const sorted = Object.entries(tags ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const conditions = [nameContains, sorted, alias, words ?? [], variable];
    return ["prompts", this.#workspace, ...conditions, changedSince !== undefined, this.order];
  }

  /** The sort key of a prompt. Undefined when the prompt does not match. */
  keyOf(prompt: Prompt): SortKey | undefined {
    const match = matchPrompt(prompt, this.search);
    if (match === undefined) return undefined;
    return { rank: this.order === "relevance" ? 0 - match.score : 0, name: prompt.name };
  }

  /** The position of a prompt in the order in which prompts are examined. */
  walkKey({ name, updatedAt }: Pick<Prompt, "name" | "updatedAt">): SortKey {
    return { rank: this.walk === "changed" ? 0 - updatedAt : 0, name };
  }

  /** Whether this prompt and all that follow it are too old to match. */
  isPastEnd({ updatedAt }: Pick<Prompt, "updatedAt">): boolean {
    const { changedSince } = this.search;
    return changedSince !== undefined && updatedAt < changedSince;
  }
}

/** The default is relevance for a search with words. Without words, all prompts are equally relevant. */
function chooseOrder({ order, words = [] }: PromptSearch): Order {
  if (words.length === 0) return order === "changed" ? "changed" : "name";
  return order ?? "relevance";
}
