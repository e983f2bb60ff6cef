/** Maximum number of values in one completion response (MCP 2025-11-25, Completion). */
const maxValues = 100;

/** Longer texts have no completions: nobody types them. */
const maxTypedLength = 256;

export interface Matches {
  readonly values: readonly string[];
  readonly total: number;
  readonly hasMore: boolean;
}

/**
 * The distinct candidates that contain the typed text, ignoring case. Candidates that start with it
 * come first. Otherwise the given order is kept.
 */
export function matchCompletions(typed: string, candidates: Iterable<string>): Matches {
  if (typed.length > maxTypedLength) return { values: [], total: 0, hasMore: false };
  const wanted = typed.toLowerCase();
  const [prefixed, containing]: [string[], string[]] = [[], []];
  for (const candidate of new Set(candidates)) {
    const at = candidate.toLowerCase().indexOf(wanted);
    if (at >= 0) (at === 0 ? prefixed : containing).push(candidate);
  }
  const ranked = [...prefixed, ...containing];
  const values = ranked.slice(0, maxValues);
  return { values, total: ranked.length, hasMore: ranked.length > values.length };
}
