/** Requests that can be ended together. */
export interface TimedCalls {
  readonly call: typeof fetch;
  end(reason: Error): void;
}

/**
 * Requests with a time limit each, which `end` ends together, including the bodies of their
 * responses. `AbortSignal.any` would do this in one line, but on Node 20 it leaks two kilobytes for
 * each request that it joins to a long-lived signal.
 */
export function createTimedCalls(call: typeof fetch): TimedCalls {
  const running = new Set<AbortController>();
  return {
    call(input, init) {
      const controller = new AbortController();
      const timeout = init?.signal;
      running.add(controller);
      timeout?.addEventListener("abort", () => {
        running.delete(controller);
        controller.abort(timeout.reason);
      });
      return call(input, { ...init, signal: controller.signal });
    },
    end(reason) {
      for (const controller of running) controller.abort(reason);
    },
  };
}
