import type { ScoreValue } from "../scores.ts";

/** A value and why, or why there is none. */
export interface CodeScore {
  readonly value?: ScoreValue;
  readonly reason?: string;
  readonly error?: string;
}
