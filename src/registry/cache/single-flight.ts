import { untilAborted } from "../concurrency/until-aborted.ts";
import { RegistryError } from "../errors.ts";
import type { Answers, Kind, RequestTime } from "./cache-entry.ts";

/** A request that is under way. */
export interface Flight<K extends Kind> {
  readonly kind: K;
  readonly asked: RequestTime;
  readonly answer: Promise<Answers[K]>;
  readonly abort: () => void;
  /** Resolves when it is no reason to wait any more; never, if it is answered before. */
  readonly overtaken: Promise<void>;
  waiting: number;
}

/** Milliseconds that a request is waited for, whatever else is answered meanwhile. */
export const staleFlightMs = 1_000;

/**
 * Requests that are under way, by what is asked: who wants the same waits for the same. One that
 * takes longer than its patience is overtaken as soon as one that was sent after it is answered: it
 * hangs, and the registry does not. Who wants the same then asks anew.
 */
export class SingleFlight {
  readonly #byKey = new Map<string, Flight<Kind>>();
  /** Those that took longer than their patience, and what ends their time. */
  readonly #late = new Map<Flight<Kind>, () => void>();
  /** When the latest of those was asked that were answered. */
  #answered = Number.NEGATIVE_INFINITY;

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  of<K extends Kind>(key: string, kind: K): Flight<K> | undefined {
    const flight = this.#byKey.get(key);
    return flight !== undefined && isFlight(flight, kind) ? flight : undefined;
  }

  /**
   * One that is under way for the same goes on for those who wait for it, and for nobody else.
   * @param patienceMs for so long it cannot be overtaken
   */
  start<K extends Kind>(
    key: string,
    kind: K,
    asked: RequestTime,
    ask: (signal: AbortSignal) => Promise<Answers[K]>,
    patienceMs: number,
  ): Flight<K> {
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
    const flight: Flight<K> = { kind, asked, answer, abort, overtaken, waiting: 0 };
    const timer = setTimeout(() => {
      this.#late.set(flight, () => {
        end();
        overtake();
      });
      this.#overtake();
    }, patienceMs).unref();
    this.#byKey.set(key, flight);
    const over = () => {
      clearTimeout(timer);
      this.#late.delete(flight);
      end();
    };
    answer.then(
      () => {
        over();
        this.answered(asked);
      },
      (error: unknown) => {
        over();
        if (isAnswer(error)) this.answered(asked);
      },
    );
    return flight;
  }

  /** The registry has answered what was asked then, here or elsewhere. */
  answered({ at }: RequestTime): void {
    this.#answered = Math.max(this.#answered, at);
    if (this.#late.size > 0) this.#overtake();
  }

  /**
   * The last who leaves ends it, and the last who waits for one that was overtaken.
   * @param anew asks again; called when it is overtaken, if it is still waited for
   */
  async wait<K extends Kind>(
    flight: Flight<K>,
    signal: AbortSignal | undefined,
    anew: () => Promise<Answers[K]>,
  ): Promise<Answers[K]> {
    let isOvertaken = false;
    flight.waiting++;
    const again = flight.overtaken.then(() => {
      isOvertaken = true;
      return flight.waiting > 0 && !signal?.aborted ? anew() : flight.answer;
    });
    // Of one that was overtaken an answer still counts, a failure does not.
    const first = flight.answer.catch((error: unknown) => {
      if (isOvertaken) return again;
      throw error;
    });
    try {
      return await untilAborted(Promise.race([first, again]), signal);
    } finally {
      flight.waiting--;
      if (flight.waiting === 0 && (isOvertaken || signal?.aborted)) flight.abort();
    }
  }

  #overtake(): void {
    for (const [flight, overtake] of this.#late) {
      if (flight.asked.at >= this.#answered) continue;
      this.#late.delete(flight);
      overtake();
    }
  }
}

function isFlight<K extends Kind>(flight: Flight<Kind>, kind: K): flight is Flight<K> {
  return flight.kind === kind;
}

/** Whether a failure is the registry's answer. */
function isAnswer(error: unknown): boolean {
  return (
    error instanceof RegistryError && error.kind !== "unavailable" && error.kind !== "cancelled"
  );
}
