import type { Log } from "../../log/log.ts";

/** When MLflow is unavailable every call fails, and one line says as much as thousands. */
const intervalMs = 1_000;

/**
 * Logs the details of MLflow's errors that callers do not get: at most one line a second, with the
 * number of omitted lines.
 */
export function createUpstreamErrorLog(log: Log): (detail: string) => void {
  let mutedUntil = 0;
  let omitted = 0;
  return (detail) => {
    const now = performance.now();
    if (now < mutedUntil) {
      omitted++;
      return;
    }
    log.error("mlflow", { error: detail, ...(omitted > 0 ? { omitted } : {}) });
    mutedUntil = now + intervalMs;
    omitted = 0;
  };
}
