import { setMaxListeners } from "node:events";
import { RegistryError } from "../errors.ts";

/** Waits for a shared promise until this caller's signal aborts. Then rejects `cancelled`. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(createCancelledError());
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
