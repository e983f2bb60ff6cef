import { setMaxListeners } from "node:events";
import { RegistryError } from "../errors.ts";

/** What a promise that many wait for comes to, for one who may give up before. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const abort = () => reject(createCancelledError());
    if (signal.aborted) abort();
    // Many calls may wait for one caller.
    setMaxListeners(0, signal);
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}

function createCancelledError(): RegistryError {
  return new RegistryError(
    "cancelled",
    "The call was given up by its caller before it was answered. Nothing was changed.",
  );
}
