import type { Log } from "../../log/log.ts";

/** An MLflow in trouble fails every call: one line says as much as thousands. */
const quietMs = 1_000;

/** Logs what errors do not tell callers of MLflow: a line a second, with how many were left out. */
export function createUpstreamErrorLog(log: Log): (detail: string) => void {
  let quietUntil = 0;
  let omitted = 0;
  return (detail) => {
    const now = performance.now();
    if (now < quietUntil) {
      omitted++;
      return;
    }
    log.error("mlflow", { error: detail, ...(omitted > 0 ? { omitted } : {}) });
    quietUntil = now + quietMs;
    omitted = 0;
  };
}
