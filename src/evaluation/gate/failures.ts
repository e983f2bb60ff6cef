import type { MeasuredResult } from "../measured.ts";
import type { Direction } from "../scorers/scorer.ts";

export interface CountedResults {
  /** The results with one score each. */
  readonly results: readonly MeasuredResult[];
  /** How many of them had none. */
  readonly failed: number;
  /** What those count as. */
  readonly worst: number;
}

/**
 * The results of a version with one score each: an answer that failed, or that the scorer could not
 * score, counts as the worst. That is 0, or the lowest score seen where that is less; and the highest
 * score seen where low scores are good ones. So nobody passes by failing on the hard rows.
 * @param others results of the other version, whose scores are seen too
 */
export function withFailuresCounted(
  scorer: string,
  direction: Direction,
  results: readonly MeasuredResult[],
  others: readonly MeasuredResult[],
): CountedResults {
  const numberOf = (result: MeasuredResult) => scoreOf(result, scorer);
  const seen = [...results, ...others].flatMap((result) => numberOf(result) ?? []);
  const worst = seen.reduce(direction === "lower" ? max : min, 0);
  return {
    results: results.map((result) => {
      const number = numberOf(result);
      const score = result.scores.get(scorer);
      const counted =
        number === undefined || score === undefined
          ? { number: worst, value: worst === 0 ? false : worst, failed: false }
          : score;
      return { ...result, scores: new Map([[scorer, counted]]) };
    }),
    failed: results.filter((result) => numberOf(result) === undefined).length,
    worst,
  };
}

/** Undefined where no model answered, whatever is stored of the scores. */
function scoreOf({ answered, scores }: MeasuredResult, scorer: string): number | undefined {
  return answered ? scores.get(scorer)?.number : undefined;
}

function min(one: number, other: number): number {
  return Math.min(one, other);
}

function max(one: number, other: number): number {
  return Math.max(one, other);
}
