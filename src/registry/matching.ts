/** MCP allows this many values in one answer (2025-11-25, Completion). */
const mostValues = 100;

export interface Matches {
  readonly values: readonly string[];
  readonly total: number;
  readonly hasMore: boolean;
}

/**
 * The candidates that hold what was typed, upper and lower case alike: those that begin with it
 * first, each group in the order given.
 */
export function matching(typed: string, candidates: Iterable<string>): Matches {
  const wanted = typed.toLowerCase();
  const found = [...new Set(candidates)].filter((value) => value.toLowerCase().includes(wanted));
  const prefixed = found.filter((value) => value.toLowerCase().startsWith(wanted));
  const ranked = [...prefixed, ...found.filter((value) => !prefixed.includes(value))];
  const values = ranked.slice(0, mostValues);
  return { values, total: ranked.length, hasMore: ranked.length > values.length };
}
