import { mean } from "simple-statistics";
import { bootstrapInterval } from "./bootstrap.ts";
import { normalQuantile } from "./normal.ts";
import { randomFrom } from "./random.ts";
import type { Estimate } from "./results.ts";

export interface EstimateOptions {
  /** The same seed gives the same interval. */
  readonly seed: string;
  /** The scores are yes and no: 1 and 0. */
  readonly isBinary: boolean;
  /** Such as 0.95. */
  readonly confidence: number;
}

/**
 * The mean of at least one score, with Wilson's interval if all are 0 or 1, else one by the bootstrap.
 * The order of scores makes no difference.
 */
export function estimate(
  values: readonly number[],
  { seed, isBinary, confidence }: EstimateOptions,
): Estimate {
  const sorted = [...values].sort((one, other) => one - other);
  const average = mean(sorted);
  // Repeats of a row are averaged, which gives values between.
  const isProportion = isBinary && sorted.every((value) => value === 0 || value === 1);
  const [low, high] = isProportion
    ? wilsonInterval(average, sorted.length, confidence)
    : bootstrapInterval(sorted, confidence, randomFrom(seed));
  return { mean: average, low, high, rows: sorted.length };
}

/** Wilson's score interval of a proportion, without a correction for continuity. */
function wilsonInterval(
  share: number,
  count: number,
  confidence: number,
): readonly [low: number, high: number] {
  const z = normalQuantile((1 + confidence) / 2);
  const scale = 1 + z ** 2 / count;
  const middle = (share + z ** 2 / (2 * count)) / scale;
  const half = (z / scale) * Math.sqrt((share * (1 - share)) / count + (z / (2 * count)) ** 2);
  return [Math.max(0, middle - half), Math.min(1, middle + half)];
}
