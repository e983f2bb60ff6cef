/** What one evaluation may have. Each is checked before a model is asked. */
export const evaluationLimits = {
  versions: 5,
  rows: 1_000,
  repeats: 10,
  scorers: 20,
  /** Calls of models, those of the judges among them. */
  modelCalls: 50_000,
  /** Characters of a row with its expectations, as JSON. */
  rowLength: 100_000,
} as const;

/** How long one call works. What it did is kept, and the next call continues. */
export const longestCallMs = 30 * 60_000;

export const tookTooLong = `The call took longer than the ${longestCallMs / 60_000} minutes that it may.`;

/** So many failures in a row, without an answer in between, end a call. */
export const failuresInARow = 20;

/** The confidence of intervals and verdicts. */
export const confidence = 0.95;
