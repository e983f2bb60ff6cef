import { untilAborted } from "../concurrency/until-aborted.ts";
import { RegistryError } from "../errors.ts";
import type { RequestTime, ResultKind, Results } from "./cache-entry.ts";

export interface PendingRequest<K extends ResultKind> {
  readonly kind: K;
  readonly time: RequestTime;
  readonly result: Promise<Results[K]>;
  readonly abort: () => void;
  /** Resolves when the request is found to hang. It stays pending if the request ends before. */
  readonly superseded: Promise<void>;
  waiters: number;
}

/** A request that has taken fewer milliseconds than this is never superseded. */
export const initialHangMs = 1_000;

/**
 * Pending requests by key. Callers with the same key join the same request.
 *
 * A request that takes longer than its `hangMs` is superseded as soon as the registry responds to a
 * request that started later: the request hangs while the registry is available. Its callers then
 * send a new request.
 */
export class SingleFlight {
  readonly #byKey = new Map<string, PendingRequest<ResultKind>>();
  /** Requests that have taken longer than their `hangMs`, and the function that supersedes each. */
  readonly #hanging = new Map<PendingRequest<ResultKind>, () => void>();
  /** Latest start time of all requests that the registry has responded to. */
  #lastResponded = Number.NEGATIVE_INFINITY;

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  get<K extends ResultKind>(key: string, kind: K): PendingRequest<K> | undefined {
    const pending = this.#byKey.get(key);
    return pending !== undefined && isOfKind(pending, kind) ? pending : undefined;
  }

  /** Replaces a pending request of the same key. Its callers still get its result; new ones do not. */
  start<K extends ResultKind>(
    key: string,
    kind: K,
    time: RequestTime,
    fetch: (signal: AbortSignal) => Promise<Results[K]>,
    hangMs: number,
  ): PendingRequest<K> {
    const controller = new AbortController();
    const result = fetch(controller.signal);
    let supersede = () => {};
    const superseded = new Promise<void>((resolve) => {
      supersede = resolve;
    });
    const leave = () => {
      if (this.#byKey.get(key) === pending) this.#byKey.delete(key);
    };
    const abort = () => {
      leave();
      controller.abort();
    };
    const pending: PendingRequest<K> = { kind, time, result, abort, superseded, waiters: 0 };
    const timer = setTimeout(() => {
      this.#hanging.set(pending, () => {
        leave();
        supersede();
      });
      this.#supersedeHanging();
    }, hangMs).unref();
    this.#byKey.set(key, pending);
    const end = () => {
      clearTimeout(timer);
      this.#hanging.delete(pending);
      leave();
    };
    result.then(
      () => {
        end();
        this.noteResponse(time);
      },
      (error: unknown) => {
        end();
        if (isResponse(error)) this.noteResponse(time);
      },
    );
    return pending;
  }

  /** Records that the registry responded to a request, whether or not it went through this class. */
  noteResponse({ at }: RequestTime): void {
    this.#lastResponded = Math.max(this.#lastResponded, at);
    if (this.#hanging.size > 0) this.#supersedeHanging();
  }

  /**
   * Waits for the result. The request is aborted when its last waiter aborts, and when the last
   * waiter of a superseded request leaves.
   * @param retry sends a new request; called when the request is superseded and still has waiters
   */
  async join<K extends ResultKind>(
    pending: PendingRequest<K>,
    signal: AbortSignal | undefined,
    retry: () => Promise<Results[K]>,
  ): Promise<Results[K]> {
    let isSuperseded = false;
    pending.waiters++;
    const retried = pending.superseded.then(() => {
      isSuperseded = true;
      return pending.waiters > 0 && !signal?.aborted ? retry() : pending.result;
    });
    // A superseded request may still provide the result. Its failure no longer counts.
    const first = pending.result.catch((error: unknown) => {
      if (isSuperseded) return retried;
      throw error;
    });
    try {
      return await untilAborted(Promise.race([first, retried]), signal);
    } finally {
      pending.waiters--;
      if (pending.waiters === 0 && (isSuperseded || signal?.aborted)) pending.abort();
    }
  }

  #supersedeHanging(): void {
    for (const [pending, supersede] of this.#hanging) {
      if (pending.time.at >= this.#lastResponded) continue;
      this.#hanging.delete(pending);
      supersede();
    }
  }
}

function isOfKind<K extends ResultKind>(
  pending: PendingRequest<ResultKind>,
  kind: K,
): pending is PendingRequest<K> {
  return pending.kind === kind;
}

/** Whether the registry itself responded with this error. */
function isResponse(error: unknown): boolean {
  return (
    error instanceof RegistryError && error.kind !== "unavailable" && error.kind !== "cancelled"
  );
}
