import { setMaxListeners } from "node:events";
import { RegistryError } from "../errors.ts";

/**
 * Waits for a promise until the signal aborts.
 * @param createError the reason to reject with then; `cancelled` for a call that shares the promise
 */
export function untilAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
  createError: () => unknown = createCancelledError,
): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(createError());
    if (signal.aborted) abort();
    // Many calls may wait with the same signal.
    setMaxListeners(0, signal);
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function createCancelledError(): RegistryError {
  return new RegistryError(
    "cancelled",
    "The caller cancelled the call before it finished. Nothing was changed.",
  );
}
