/** The value below which this share of the samples lies, 0 to 1. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  if (value === undefined) throw new Error("There are no samples.");
  return value;
}

export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new Error("There are no samples.");
  return (lower + upper) / 2;
}

/**
 * Repeats the work and returns the result of each round. A round measures all sides of a comparison
 * one after the other, so that a slow minute of the machine affects all of them.
 */
export async function repeat<T>(rounds: number, round: () => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let done = 0; done < rounds; done++) results.push(await round());
  return results;
}
