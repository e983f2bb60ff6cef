/**
 * What a new version means for callers who filled the version before it in:
 *
 * - `same`: the same text is filled in in the same way
 * - `compatible`: whatever filled the old one in fills the new one in
 * - `adds_optional`: so it does, and there is more that may be given
 * - `unclear`: the new one's Jinja2 does what may fail with values that the old one took; only
 *   filling it in shows
 * - `breaking`: some values that filled the old one in are refused now, or the form of what callers
 *   get is another
 *
 * From the best to the worst. What a rendering may cost at most (`renderLimits`) is left aside.
 */
export type ContractVerdict = (typeof contractVerdicts)[number];
export const contractVerdicts = [
  "same",
  "compatible",
  "adds_optional",
  "unclear",
  "breaking",
] as const;

/** One thing that differs, and what it means by itself. */
export interface ContractReason {
  readonly effect: Exclude<ContractVerdict, "same">;
  /** The end of a sentence about the new version: `requires the new variable "tone"`. */
  readonly says: string;
  /** The variable that it is about, where it is about one. */
  readonly variable?: string;
}

export interface ContractChange {
  readonly verdict: ContractVerdict;
  /** One line for people and models. */
  readonly line: string;
  /** The worst first; none when only the wording differs. */
  readonly reasons: readonly ContractReason[];
}
