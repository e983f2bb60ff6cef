import type { Random } from "./random.ts";

/** All ways to flip the signs of so many differences are tried; of more, a sample is. */
const mostTriedExactly = 12;
const sampled = 4_000;

/**
 * The probability that differences of these sizes have a sum at least as far from 0, if each is as
 * likely to be negative as positive, which is so where two versions do not differ (two-sided paired
 * permutation test). Exact for at most 12 differences other than 0, else from 4,000 random choices.
 */
export function signFlipProbability(differences: readonly number[], random: Random): number {
  const sizes = differences.filter((one) => one !== 0).map(Math.abs);
  sizes.sort((one, other) => one - other);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const seen = Math.abs(differences.reduce((sum, one) => sum + one, 0)) - 1e-9 * total;
  if (sizes.length <= mostTriedExactly) return exactProbability(sizes, seen);
  return sampledProbability(Float64Array.from(sizes), seen, random);
}

function exactProbability(sizes: readonly number[], seen: number): number {
  const sums = sizes.reduce(
    (before, size) => before.flatMap((sum) => [sum + size, sum - size]),
    [0],
  );
  return sums.filter((sum) => Math.abs(sum) >= seen).length / sums.length;
}

function sampledProbability(sizes: Float64Array, seen: number, random: Random): number {
  let asFar = 0;
  for (let sample = 0; sample < sampled; sample += 1) {
    let sum = 0;
    let signs = 0;
    for (const [index, size] of sizes.entries()) {
      if (index % 32 === 0) signs = random.bits();
      sum += signs & 1 ? size : -size;
      signs >>>= 1;
    }
    if (Math.abs(sum) >= seen) asFar += 1;
  }
  // What was seen is one of the possible choices.
  return (asFar + 1) / (sampled + 1);
}
