import type { Outcome } from "./exchange.ts";

/**
 * What MLflow's own client repeats (3.17, `mlflow/utils/request_utils.py`). 500 is among it for a
 * reason: the server answers one of several parallel searches now and then with an HTML 500.
 */
const retriedStatus = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Milliseconds to wait after an attempt (0 is the first) before the next one, with jitter;
 * undefined when there should be none.
 */
export function pauseAfter(outcome: Outcome, attempt: number): number | undefined {
  const backoff = 100 * 2 ** attempt * (0.5 + Math.random() / 2);
  if ("failure" in outcome) return outcome.failure.transient ? backoff : undefined;
  const { status, retryAfter } = outcome.answer;
  if (!retriedStatus.has(status)) return undefined;
  return retryAfter === undefined ? backoff : Math.max(milliseconds(retryAfter), backoff);
}

/** Seconds or a date (RFC 9110, 10.2.3), as milliseconds from now; 0 when it is neither. */
function milliseconds(retryAfter: string): number {
  const ms = /^\d+$/.test(retryAfter)
    ? 1_000 * Number(retryAfter)
    : Date.parse(retryAfter) - Date.now();
  return Number.isNaN(ms) ? 0 : Math.max(0, ms);
}
