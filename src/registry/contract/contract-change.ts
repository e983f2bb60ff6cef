/**
 * What a new version means for callers of the previous version, from best to worst:
 *
 * - `same`: same text, same contract, same model config
 * - `compatible`: all values that the old version accepts work with the new one
 * - `adds_optional`: as `compatible`, and the new version has more optional variables
 * - `unclear`: the new version's Jinja2 may fail with values that the old version accepts; only
 *   rendering shows it
 * - `breaking`: the new version refuses some values that the old one accepts, or returns another form
 *
 * Ignores the limits of a rendering (`renderLimits`).
 */
export type ContractVerdict = (typeof contractVerdicts)[number];
export const contractVerdicts = [
  "same",
  "compatible",
  "adds_optional",
  "unclear",
  "breaking",
] as const;

/** One difference, and its effect on callers. */
export interface ContractReason {
  readonly effect: Exclude<ContractVerdict, "same">;
  /** The end of a sentence about the new version: `requires the new variable "tone"`. */
  readonly says: string;
  /** Absent when the difference is not about one variable. */
  readonly variable?: string;
}

export interface ContractChange {
  readonly verdict: ContractVerdict;
  /** The verdict and all differences in one line, for people and models. */
  readonly line: string;
  /** All differences, worst first; empty when there is none. */
  readonly reasons: readonly ContractReason[];
}
