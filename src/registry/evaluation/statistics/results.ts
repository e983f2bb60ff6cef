/** The mean of scores with the interval that holds the true mean with a given confidence. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  /** Rows that the mean is of. */
  readonly rows: number;
}

/** `different`: higher or lower beyond chance, where neither is better. */
export const verdicts = [
  "better",
  "worse",
  "different",
  "no difference seen",
  "too few rows",
] as const;

export type Verdict = (typeof verdicts)[number];

/** How a version's scores differ from the baseline's on the same rows. */
export interface PairedDifference {
  /** Mean of the differences, candidate less baseline, with its interval. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  readonly rows: number;
  readonly verdict: Verdict;
  /** With "too few rows": about how many would show a difference of this size. */
  readonly enoughRows?: number;
}

/** How far a judge agrees with people, beyond chance (Cohen's kappa). */
export interface Agreement {
  /** Absent when both say the same one thing of every row: chance would agree as well. */
  readonly kappa?: number;
  /** Share of rows on which both say the same. */
  readonly agreed: number;
  readonly rows: number;
}
