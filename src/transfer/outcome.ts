/**
 * What became of a prompt:
 *
 * - `created`: the target did not have it
 * - `completed`: the target had a part of it, and the rest was added
 * - `unchanged`: the target had all of it
 * - `conflict`: the target has another prompt, version, alias or text in its place
 * - `failed`: it cannot be read, or the target cannot have it
 */
export type PromptResult = "created" | "completed" | "unchanged" | "conflict" | "failed";

export interface PromptOutcome {
  readonly name: string;
  readonly result: PromptResult;
  /** Versions that were written. */
  readonly versions: number;
  /** Aliases that were set. */
  readonly aliases: number;
  /** Why it is a conflict or failed, and what could not be kept, in sentences. */
  readonly notes: readonly string[];
}
