import { setMaxListeners } from "node:events";

/** Runs `work` with a signal that aborts after `ms` or when the caller's signal aborts. */
export async function withTimeLimit<T>(
  ms: number,
  caller: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  // Not AbortSignal.any: a long-lived caller's signal would retain each combined signal.
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setTimeout(abort, ms);
  // One caller may have many pending requests. From the 11th listener on, Node warns of a leak.
  if (caller) setMaxListeners(0, caller);
  if (caller?.aborted) abort();
  caller?.addEventListener("abort", abort, { once: true });
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    caller?.removeEventListener("abort", abort);
  }
}
