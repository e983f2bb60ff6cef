import type { Entered } from "./scorers.ts";

/** What somebody chose for an evaluation. */
export interface Choice {
  readonly versions: readonly number[];
  /** Name or ID; empty for pasted rows. */
  readonly dataset: string;
  readonly pasted: string;
  readonly scorers: Readonly<Record<string, Entered>>;
  readonly options: Entered;
}

/** By prompt, what was chosen last: people come back from the results, and from other pages. */
export const lastChoices = new Map<string, Choice>();
