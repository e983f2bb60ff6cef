import { setMaxListeners } from "node:events";

/** Does `work` under a signal that aborts when the time is up or the caller's own signal aborts. */
export async function withTimeLimit<T>(
  ms: number,
  caller: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  // Not AbortSignal.any: it would hang on a caller's long-lived signal for as long as that lives.
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, ms);
  // Many requests may wait for one caller at a time, which Node takes for a leak from the 11th on.
  if (caller) setMaxListeners(0, caller);
  caller?.addEventListener("abort", abort, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    caller?.removeEventListener("abort", abort);
  }
}
