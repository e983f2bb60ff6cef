import type { Agreement } from "./results.ts";

/** What a judge and a person said of one row. */
export interface Opinions {
  readonly judge: string;
  readonly person: string;
}

/** Cohen's kappa of at least one row: 1 is full agreement, 0 is that of chance. */
export function agreement(pairs: readonly Opinions[]): Agreement {
  const rows = pairs.length;
  const agreed = pairs.filter(({ judge, person }) => judge === person).length / rows;
  const byJudge = countsOf(pairs.map(({ judge }) => judge));
  const byPerson = countsOf(pairs.map(({ person }) => person));
  const chance = [...byJudge]
    .map(([value, count]) => (count * (byPerson.get(value) ?? 0)) / rows ** 2)
    .reduce((sum, share) => sum + share, 0);
  return { ...(chance === 1 ? {} : { kappa: (agreed - chance) / (1 - chance) }), agreed, rows };
}

function countsOf(values: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
