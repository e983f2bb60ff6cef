import { quantileSorted } from "simple-statistics";
import { normalProbability, studentQuantile } from "./normal.ts";
import type { Random } from "./random.ts";

const resamples = 2_000;

/**
 * The interval that holds the true mean with the given confidence: percentiles of the means of 2,000
 * samples that are drawn from the values with replacement. The percentiles are expanded, because those
 * of few values make an interval that is too narrow (Hesterberg, "What Teachers Should Know About the
 * Bootstrap", 2015, section 3.3).
 *
 * @param sorted in ascending order, so that the order of rows makes no difference; at least one. The
 *   interval of equal values has no width.
 */
export function bootstrapInterval(
  sorted: readonly number[],
  confidence: number,
  random: Random,
): readonly [low: number, high: number] {
  const values = Float64Array.from(sorted);
  const count = values.length;
  const first = sorted[0] ?? 0;
  if (first === sorted.at(-1)) return [first, first];
  const means = new Float64Array(resamples);
  for (let sample = 0; sample < resamples; sample += 1) {
    let sum = 0;
    for (let draw = 0; draw < count; draw += 1) sum += values[random.below(count)] ?? 0;
    means[sample] = sum / count;
  }
  means.sort();
  const wanted = studentQuantile((1 + confidence) / 2, count - 1);
  const tail = normalProbability(-Math.sqrt(count / (count - 1)) * wanted);
  const all = [...means];
  return [quantileSorted(all, tail), quantileSorted(all, 1 - tail)];
}
