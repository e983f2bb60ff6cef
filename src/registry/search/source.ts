import type * as z from "zod";
import type { VersionRequest } from "../prompt-registry.ts";
import type { Prompt, PromptVersion } from "../types.ts";

/** Prompts one after the other, in an order that the back end supports. */
export interface Walk<Position> extends AsyncIterable<Prompt> {
  /** The position after the last yielded prompt. */
  readonly position: Position | undefined;
  /** Whether no prompt follows. A walk that ends while this is false has reached its limit. */
  readonly isComplete: boolean;
}

/** What a back end provides for the scan. */
export interface Source<Position> {
  /** Whether every prompt of a walk matches, because the back end checks all conditions. */
  readonly exact: boolean;
  /** Schema of the position in a cursor. */
  readonly position: z.ZodType<Position>;
  /**
   * Starts after a position, or with the first prompt.
   * @param count the number of prompts to fetch with the nth request; 0 ends the walk
   */
  walk(from: Position | undefined, count: (request: number) => number): Walk<Position>;
  /** Versions of prompts of a walk. A version that no longer exists is omitted. */
  readonly readVersions: (wanted: readonly VersionRequest[]) => Promise<readonly PromptVersion[]>;
}
