import { maxScanned } from "../registry/search/scan.ts";
import type { SearchPlan } from "../registry/search/search-plan.ts";
import type { SortKey } from "../registry/search/sort-key.ts";
import type { Walk } from "../registry/search/source.ts";
import type { Prompt } from "../registry/types.ts";

type Read = (
  after: SortKey | undefined,
  count: number,
) => Promise<{ readonly prompts: readonly Prompt[]; readonly more: boolean }>;

/** Yields the prompts of a file, a page in each transaction, so that other calls run in between. */
export class PromptWalk implements Walk<SortKey> {
  position: SortKey | undefined;
  isComplete = false;
  readonly #plan: SearchPlan;
  readonly #count: (request: number) => number;
  readonly #read: Read;

  constructor(
    plan: SearchPlan,
    from: SortKey | undefined,
    count: (request: number) => number,
    read: Read,
  ) {
    this.position = from;
    this.#plan = plan;
    this.#count = count;
    this.#read = read;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Prompt> {
    let given = 0;
    for (let request = 0; given < maxScanned; request++) {
      const count = Math.min(this.#count(request), maxScanned - given);
      if (count === 0) return;
      const { prompts, more } = await this.#read(this.position, count);
      for (const [index, prompt] of prompts.entries()) {
        given++;
        this.position = this.#plan.walkKey(prompt);
        this.isComplete = !more && index === prompts.length - 1;
        yield prompt;
      }
      if (!more) this.isComplete = true;
      if (this.isComplete) return;
    }
  }
}
