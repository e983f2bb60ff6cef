/** MCP allows this many values in one answer (2025-11-25, Completion). */
const maxValues = 100;

/** Longer texts complete nothing: nobody types them. */
const maxTypedLength = 256;

export interface Matches {
  readonly values: readonly string[];
  readonly total: number;
  readonly hasMore: boolean;
}

/**
 * The candidates that hold what was typed, each once, upper and lower case alike: those that begin
 * with it first, each group in the order given.
 */
export function matchCompletions(typed: string, candidates: Iterable<string>): Matches {
  if (typed.length > maxTypedLength) return { values: [], total: 0, hasMore: false };
  const wanted = typed.toLowerCase();
  const [prefixed, others]: [string[], string[]] = [[], []];
  for (const candidate of new Set(candidates)) {
    const at = candidate.toLowerCase().indexOf(wanted);
    if (at >= 0) (at === 0 ? prefixed : others).push(candidate);
  }
  const ranked = [...prefixed, ...others];
  const values = ranked.slice(0, maxValues);
  return { values, total: ranked.length, hasMore: ranked.length > values.length };
}
