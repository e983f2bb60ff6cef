import type { CodeScore } from "./code-score.ts";

/** Whether a caller's pattern is found. Only worker processes may call it: it can take exponential time. */
export function scorePattern(pattern: string, ignoreCase: boolean, output: string): CodeScore {
  try {
    return { value: new RegExp(pattern, ignoreCase ? "iu" : "u").test(output) };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { error: `The pattern cannot be used: ${reason}` };
  }
}
