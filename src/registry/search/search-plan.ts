import { mayHaveVariable } from "../template/mlflow.ts";
import type { Prompt } from "../types.ts";
import { authorOf } from "../versions/provenance.ts";
import { isNewestLive } from "../versions/served-version.ts";
import type { PromptSearch } from "./prompt-search.ts";
import type { SortKey } from "./sort-key.ts";

type Order = NonNullable<PromptSearch["order"]>;

/** How to do a search: the order in which to examine prompts, and the order of the results. */
export class SearchPlan {
  readonly search: PromptSearch;
  readonly order: Order;
  /** The order in which to examine prompts. All back ends support it. */
  readonly walk: "name" | "changed";
  /** What to search for in texts; "" for a search that returns all prompts that match the filters. */
  readonly query: string;
  /** Whether the content of each prompt must be examined, which no back end's search can do. */
  readonly needsContent: boolean;
  readonly #workspace: string | undefined;

  /** @param workspace the workspace of the search; its cursors are not valid in others */
  constructor(search: PromptSearch, workspace?: string) {
    const { variable, author, notLive, changedSince } = search;
    this.search = search;
    this.#workspace = workspace;
    this.query = search.query?.trim() ?? "";
    this.order = chooseOrder(search.order, this.query);
    this.walk = changedSince !== undefined || this.order === "changed" ? "changed" : "name";
    const conditions = [variable, author, notLive];
    this.needsContent = this.query !== "" || conditions.some((one) => one !== undefined);
  }

  /** Whether results can be returned in the order of the walk. Otherwise they must be sorted first. */
  get isStreamed(): boolean {
    return this.order === this.walk;
  }

  /** The aliases whose version is searched for words, besides the newest version. */
  get serve(): readonly string[] {
    return this.search.serve ?? [];
  }

  /**
   * Identifies the search, so that it accepts only its own cursors. Of `changedSince` only whether it
   * is given: it may be a time ago, which is another time on the next page, and a cursor names the
   * same place in the order for every time.
   */
  get identity(): readonly unknown[] {
    const { nameContains, tags, alias, variable, author, notLive, changedSince } = this.search;
    const sorted = Object.entries(tags ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const content = [this.query, this.serve, variable, author, notLive];
    const conditions = [nameContains, sorted, alias, ...content, changedSince !== undefined];
    return ["prompts", this.#workspace, ...conditions, this.order];
  }

  /** Whether the prompt is new enough, and its newest version is as the search wants it. */
  matches(prompt: Prompt): boolean {
    const { variable, author, notLive } = this.search;
    return (
      !this.isPastEnd(prompt) &&
      (variable === undefined || mayHave(prompt, variable)) &&
      (author === undefined || (prompt.latest && authorOf(prompt.latest)) === author) &&
      (notLive === undefined || !isNewestLive(prompt, notLive))
    );
  }

  /**
   * The sort key of a prompt that matches.
   * @param score how well it matches the query
   */
  keyOf({ name, updatedAt }: Prompt, score = 0): SortKey {
    const ranks = { name: 0, relevance: 0 - score, changed: 0 - updatedAt };
    return { rank: ranks[this.order], name };
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

/** The default is relevance for a search with a query. Without one, all prompts are equally relevant. */
function chooseOrder(order: PromptSearch["order"], query: string): Order {
  if (query === "") return order === "changed" ? "changed" : "name";
  return order ?? "relevance";
}

function mayHave({ latest }: Prompt, variable: string): boolean {
  return latest !== undefined && mayHaveVariable(latest.template, variable);
}
