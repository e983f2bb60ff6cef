import type { Answers, Asked, Kind } from "./answers.ts";
import { untilAborted } from "./until-aborted.ts";

/** A request that is under way. */
export interface Flight<K extends Kind> {
  readonly kind: K;
  readonly asked: Asked;
  readonly answer: Promise<Answers[K]>;
  readonly abort: () => void;
  waiting: number;
}

/** Requests that are under way, by what is asked: who wants the same waits for the same. */
export class Flights {
  readonly #byKey = new Map<string, Flight<Kind>>();

  has(key: string): boolean {
    return this.#byKey.has(key);
  }

  of<K extends Kind>(key: string, kind: K): Flight<K> | undefined {
    const flight = this.#byKey.get(key);
    return flight !== undefined && isFlight(flight, kind) ? flight : undefined;
  }

  /** One that is under way for the same goes on for those who wait for it, and for nobody else. */
  start<K extends Kind>(
    key: string,
    kind: K,
    asked: Asked,
    ask: (signal: AbortSignal) => Promise<Answers[K]>,
  ): Flight<K> {
    const controller = new AbortController();
    const answer = ask(controller.signal);
    const flight: Flight<K> = {
      kind,
      asked,
      answer,
      abort: () => controller.abort(),
      waiting: 0,
    };
    this.#byKey.set(key, flight);
    const over = () => this.#end(key, flight);
    answer.then(over, over);
    return flight;
  }

  /** The last who leaves ends it. */
  async wait<K extends Kind>(
    key: string,
    flight: Flight<K>,
    signal: AbortSignal | undefined,
  ): Promise<Answers[K]> {
    flight.waiting++;
    try {
      return await untilAborted(flight.answer, signal);
    } finally {
      flight.waiting--;
      if (flight.waiting === 0 && signal?.aborted) {
        this.#end(key, flight);
        flight.abort();
      }
    }
  }

  #end<K extends Kind>(key: string, flight: Flight<K>): void {
    if (this.#byKey.get(key) === flight) this.#byKey.delete(key);
  }
}

function isFlight<K extends Kind>(flight: Flight<Kind>, kind: K): flight is Flight<K> {
  return flight.kind === kind;
}
