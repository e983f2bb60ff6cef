import { mean, sampleStandardDeviation } from "simple-statistics";
import { bootstrapInterval } from "./bootstrap.ts";
import { normalQuantile } from "./normal.ts";
import { randomFrom } from "./random.ts";
import type { PairedDifference } from "./results.ts";
import { signFlipProbability } from "./sign-flips.ts";

/** The scores of one row. */
export interface ScorePair {
  readonly baseline: number;
  readonly candidate: number;
}

export interface CompareOptions {
  /** The same seed gives the same result. */
  readonly seed: string;
  /** Which scores are good ones; `none`: neither is, so no version is better or worse. */
  readonly direction: "higher" | "lower" | "none";
  /** Such as 0.95. */
  readonly confidence: number;
}

/** The probability with which enough rows show a difference of the size seen. */
const power = 0.8;

/** A difference that needs more than this many times the rows is called none. */
const mostTimes = 10;

/**
 * Compares two versions on the same rows. They differ if the bootstrap interval of the mean difference
 * excludes 0 and the paired permutation test gives at most 1 - confidence: one alone is wrong too often
 * on few rows. The order of rows makes no difference, and swapping the versions only changes the signs.
 */
export function comparePairs(
  pairs: readonly ScorePair[],
  { seed, direction, confidence }: CompareOptions,
): PairedDifference {
  const rows = pairs.length;
  if (rows === 0) {
    return { difference: 0, low: 0, high: 0, rows, ...unseen([], confidence) };
  }
  const signed = pairs.map(({ baseline, candidate }) => candidate - baseline);
  const sign = mean(signed) < 0 ? -1 : 1;
  // Of both versions, the one with the higher mean is compared with the other, in a fixed order of rows.
  const differences = signed.map((one) => one * sign).sort((one, other) => one - other);
  const random = randomFrom(seed);
  const average = mean(differences);
  const [low, high] = bootstrapInterval(differences, confidence, random);
  const measured = {
    difference: sign * average + 0,
    low: (sign === 1 ? low : -high) + 0,
    high: (sign === 1 ? high : -low) + 0,
    rows,
  };
  if (low > 0 && signFlipProbability(differences, random) <= 1 - confidence) {
    if (direction === "none") return { ...measured, verdict: "different" };
    const isBetter = (sign === 1) === (direction === "higher");
    return { ...measured, verdict: isBetter ? "better" : "worse" };
  }
  return { ...measured, ...unseen(differences, confidence) };
}

/** Whether more rows may show a difference that was not seen. */
function unseen(
  differences: readonly number[],
  confidence: number,
): Pick<PairedDifference, "verdict" | "enoughRows"> {
  const rows = differences.length;
  const least = leastRows(confidence);
  const wanted = wantedRows(differences, confidence);
  const isWithinReach = wanted <= mostTimes * rows;
  if (rows < least) {
    return { verdict: "too few rows", enoughRows: isWithinReach ? Math.max(wanted, least) : least };
  }
  return isWithinReach && wanted > rows
    ? { verdict: "too few rows", enoughRows: wanted }
    : { verdict: "no difference seen" };
}

/** With fewer differences the permutation test cannot give 1 - confidence: 6 for 0.95. */
function leastRows(confidence: number): number {
  return Math.max(6, 1 + Math.ceil(-Math.log2(1 - confidence)));
}

/**
 * About how many rows show a mean difference of this size in 80 % of cases; infinite for none. There
 * are at least so many that the permutation test has the differences it needs.
 */
function wantedRows(differences: readonly number[], confidence: number): number {
  const rows = differences.length;
  const nonZero = differences.filter((one) => one !== 0).length;
  const average = rows === 0 ? 0 : mean(differences);
  if (average === 0) return Number.POSITIVE_INFINITY;
  const deviation = rows > 1 ? sampleStandardDeviation(differences) : 0;
  const z = normalQuantile((1 + confidence) / 2) + normalQuantile(power);
  return Math.max(
    Math.ceil(((z * deviation) / average) ** 2),
    Math.ceil((leastRows(confidence) * rows) / nonZero),
  );
}
