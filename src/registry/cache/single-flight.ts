import { untilAborted } from "../concurrency/until-aborted.ts";
import { RegistryError } from "../errors.ts";
import type { RequestTime, ResultKind, Results } from "./cache-entry.ts";

/** A request that is under way. */
export interface PendingRequest<K extends ResultKind> {
  readonly kind: K;
  readonly time: RequestTime;
  readonly result: Promise<Results[K]>;
  readonly abort: () => void;
  /** Resolves when it is no reason to wait any more; never, if it is answered before. */
  readonly superseded: Promise<void>;
  waiters: number;
}

/** Milliseconds that a request is waited for, whatever else is answered meanwhile. */
export const initialHangMs = 1_000;

/**
 * Requests that are under way, by what is asked: who wants the same waits for the same. One that
 * takes longer than its patience is overtaken as soon as one that was sent after it is answered: it
 * hangs, and the registry does not. Who wants the same then asks anew.
 */
export class SingleFlight {
  readonly #byKey = new Map<string, PendingRequest<ResultKind>>();
  /** Those that took longer than their patience, and what ends their time. */
  readonly #hanging = new Map<PendingRequest<ResultKind>, () => void>();
  /** When the latest of those was asked that were answered. */
  #lastResponded = Number.NEGATIVE_INFINITY;

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  get<K extends ResultKind>(key: string, kind: K): PendingRequest<K> | undefined {
    const flight = this.#byKey.get(key);
    return flight !== undefined && isOfKind(flight, kind) ? flight : undefined;
  }

  /**
   * One that is under way for the same goes on for those who wait for it, and for nobody else.
   * @param patienceMs for so long it cannot be overtaken
   */
  start<K extends ResultKind>(
    key: string,
    kind: K,
    asked: RequestTime,
    ask: (signal: AbortSignal) => Promise<Results[K]>,
    patienceMs: number,
  ): PendingRequest<K> {
    const controller = new AbortController();
    const answer = ask(controller.signal);
    let overtake = () => {};
    const overtaken = new Promise<void>((resolve) => {
      overtake = resolve;
    });
    const end = () => {
      if (this.#byKey.get(key) === flight) this.#byKey.delete(key);
    };
    const abort = () => {
      end();
      controller.abort();
    };
    const flight: PendingRequest<K> = {
      kind,
      time: asked,
      result: answer,
      abort,
      superseded: overtaken,
      waiters: 0,
    };
    const timer = setTimeout(() => {
      this.#hanging.set(flight, () => {
        end();
        overtake();
      });
      this.#supersedeHanging();
    }, patienceMs).unref();
    this.#byKey.set(key, flight);
    const over = () => {
      clearTimeout(timer);
      this.#hanging.delete(flight);
      end();
    };
    answer.then(
      () => {
        over();
        this.noteResponse(asked);
      },
      (error: unknown) => {
        over();
        if (isResponse(error)) this.noteResponse(asked);
      },
    );
    return flight;
  }

  /** The registry has answered what was asked then, here or elsewhere. */
  noteResponse({ at }: RequestTime): void {
    this.#lastResponded = Math.max(this.#lastResponded, at);
    if (this.#hanging.size > 0) this.#supersedeHanging();
  }

  /**
   * The last who leaves ends it, and the last who waits for one that was overtaken.
   * @param anew asks again; called when it is overtaken, if it is still waited for
   */
  async join<K extends ResultKind>(
    flight: PendingRequest<K>,
    signal: AbortSignal | undefined,
    anew: () => Promise<Results[K]>,
  ): Promise<Results[K]> {
    let isOvertaken = false;
    flight.waiters++;
    const again = flight.superseded.then(() => {
      isOvertaken = true;
      return flight.waiters > 0 && !signal?.aborted ? anew() : flight.result;
    });
    // Of one that was overtaken an answer still counts, a failure does not.
    const first = flight.result.catch((error: unknown) => {
      if (isOvertaken) return again;
      throw error;
    });
    try {
      return await untilAborted(Promise.race([first, again]), signal);
    } finally {
      flight.waiters--;
      if (flight.waiters === 0 && (isOvertaken || signal?.aborted)) flight.abort();
    }
  }

  #supersedeHanging(): void {
    for (const [flight, overtake] of this.#hanging) {
      if (flight.time.at >= this.#lastResponded) continue;
      this.#hanging.delete(flight);
      overtake();
    }
  }
}

function isOfKind<K extends ResultKind>(
  flight: PendingRequest<ResultKind>,
  kind: K,
): flight is PendingRequest<K> {
  return flight.kind === kind;
}

/** Whether a failure is the registry's answer. */
function isResponse(error: unknown): boolean {
  return (
    error instanceof RegistryError && error.kind !== "unavailable" && error.kind !== "cancelled"
  );
}
