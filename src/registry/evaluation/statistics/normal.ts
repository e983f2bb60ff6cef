import { errorFunction } from "simple-statistics";

/** The probability that a standard normal variable is at most `z`. */
export function normalProbability(z: number): number {
  return (1 + errorFunction(z / Math.SQRT2)) / 2;
}

/**
 * The inverse of `normalProbability`, for probabilities from 0.0001 to 0.9999. simple-statistics has it
 * as `probit`, but with 1.957 in place of 1.960 for 0.975.
 */
export function normalQuantile(probability: number): number {
  let [low, high] = [-4, 4];
  for (let step = 0; step < 40; step += 1) {
    const middle = (low + high) / 2;
    if (normalProbability(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * Quantile of Student's t distribution, by its expansion around the normal distribution (Abramowitz and
 * Stegun 26.7.5). Within 1 % from 4 degrees of freedom on.
 */
export function studentQuantile(probability: number, freedom: number): number {
  const z = normalQuantile(probability);
  const first = (z ** 3 + z) / 4;
  const second = (5 * z ** 5 + 16 * z ** 3 + 3 * z) / 96;
  const third = (3 * z ** 7 + 19 * z ** 5 + 17 * z ** 3 - 15 * z) / 384;
  return z + first / freedom + second / freedom ** 2 + third / freedom ** 3;
}
