import { secondsOf } from "../../registry/retry-after.ts";
import type { Outcome } from "./exchange.ts";

/**
 * The statuses that MLflow's own client retries (3.17, `mlflow/utils/request_utils.py`). 500 is one of
 * them because the server sometimes fails one of several parallel searches with an HTML 500.
 */
const retriedStatus = new Set([408, 429, 500, 502, 503, 504]);

/**
 * Milliseconds to wait after an attempt (0 is the first) before the next one, with jitter;
 * undefined when there should be no retry.
 */
export function pauseAfter(outcome: Outcome, attempt: number): number | undefined {
  const backoff = 100 * 2 ** attempt * (0.5 + Math.random() / 2);
  if ("failure" in outcome) return outcome.failure.transient ? backoff : undefined;
  const { status, retryAfter } = outcome.answer;
  if (!retriedStatus.has(status)) return undefined;
  return Math.max(1_000 * (secondsOf(retryAfter) ?? 0), backoff);
}
