import type { Row } from "./rows.ts";

export interface Regression {
  readonly id: string;
  readonly measured: string;
  readonly against: string;
  readonly before: number;
  readonly now: number;
}

/** A ratio may be this many times the earlier one before it counts as a regression. */
const tolerance = 1.15;

/**
 * The ratios that got worse by more than 15 %. Rows that only one of the runs has are left out.
 * Throws when the runs have no ratio in common: nothing would have been compared.
 */
export function regressions(earlier: readonly Row[], later: readonly Row[]): Regression[] {
  const before = new Map(earlier.map((row) => [row.id, row.comparison?.ratio]));
  const pairs = later.flatMap(({ id, measured, comparison }) => {
    const ratio = before.get(id);
    if (ratio === undefined || comparison?.ratio === undefined) return [];
    return [{ id, measured, against: comparison.against, before: ratio, now: comparison.ratio }];
  });
  if (pairs.length === 0) throw new Error("The two results have no ratio in common.");
  return pairs.filter((pair) => pair.now > tolerance * pair.before);
}

/** The ids of ratios that only the earlier run has. */
export function missingRatios(earlier: readonly Row[], later: readonly Row[]): string[] {
  const measured = new Set(
    later.filter(({ comparison }) => comparison?.ratio !== undefined).map(({ id }) => id),
  );
  return earlier
    .filter(({ id, comparison }) => comparison?.ratio !== undefined && !measured.has(id))
    .map(({ id }) => id);
}

/** One line that names a regression. */
export function describeRegression({ id, measured, against, before, now }: Regression): string {
  const percent = Math.round(100 * (now / before - 1));
  return `${id}: ${measured}, against ${against}: ratio ${now.toFixed(2)}, was ${before.toFixed(2)} (+${percent} %)`;
}
