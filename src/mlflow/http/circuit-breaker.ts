import { setTimeout as pause } from "node:timers/promises";

/** An attempt that brought no answer at all. */
export interface Silence {
  /** "the connection was refused" */
  readonly reason: string;
  /** Whether one such attempt says enough: it cost a caller a whole connect timeout. */
  readonly decisive: boolean;
}

/** For how long there has been no answer, and why not the last time. */
export interface Outage {
  readonly seconds: number;
  readonly reason: string;
}

/** So many attempts without an answer, one after the other, open the breaker. */
const runThatOpens = 3;

/**
 * Keeps callers from waiting for a server that is known not to answer. Open, it lets nobody
 * through and asks by itself, one probe at a time, until the server answers. When no call has come
 * for a while it stops asking and lets the next one through; if that gets no answer either, it
 * is open again.
 */
export class CircuitBreaker {
  readonly #probe: (signal: AbortSignal) => Promise<boolean>;
  readonly #timing: { readonly probeEveryMs: number; readonly idleMs: number };
  #run = 0;
  #reason = "";
  #silentSince = 0;
  #answeredAt = 0;
  #calledAt = performance.now();
  /** There while it is open; aborting it ends the probe under way. */
  #probing: AbortController | undefined;
  /** There while one probe looks whether it is to be opened. */
  #suspecting: AbortController | undefined;

  /** `probe` tells whether the server answers anything. It never rejects, and ends with the signal. */
  constructor(
    probe: (signal: AbortSignal) => Promise<boolean>,
    timing = { probeEveryMs: 500, idleMs: 30_000 },
  ) {
    this.#probe = probe;
    this.#timing = timing;
  }

  get isOpen(): boolean {
    return this.#probing !== undefined;
  }

  /** Asked before each attempt, which undefined lets through. */
  outage(): Outage | undefined {
    const now = performance.now();
    this.#calledAt = now;
    if (!this.isOpen) return undefined;
    return { seconds: (now - this.#silentSince) / 1_000, reason: this.#reason };
  }

  /** An answer came, whatever it says. */
  answered(): void {
    this.#run = 0;
    this.#answeredAt = performance.now();
    this.close();
  }

  /** An attempt that began at `begin` got no answer. If others got one since, it means nothing. */
  failed(begin: number, { reason, decisive }: Silence): void {
    if (begin < this.#answeredAt) return;
    if (this.#run === 0) this.#silentSince = begin;
    this.#run += decisive ? runThatOpens : 1;
    this.#reason = reason;
    if (this.#run < runThatOpens || this.isOpen) return;
    this.#probing = new AbortController();
    void this.#probeUntilAnswered(this.#probing.signal);
  }

  /**
   * An attempt that anybody could have made got no answer: it counts for nothing by itself, and a
   * probe that gets none either opens the breaker.
   */
  async suspect(begin: number, { reason }: Silence): Promise<void> {
    if (this.isOpen || this.#suspecting) return;
    const suspecting = new AbortController();
    this.#suspecting = suspecting;
    const answers = await this.#probe(suspecting.signal);
    this.#suspecting = undefined;
    if (suspecting.signal.aborted) return;
    if (answers) this.answered();
    else this.failed(begin, { reason, decisive: true });
  }

  /** Lets calls through, and stops asking. */
  close(): void {
    this.#suspecting?.abort();
    this.#probing?.abort();
    this.#probing = undefined;
  }

  async #probeUntilAnswered(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { probeEveryMs, idleMs } = this.#timing;
      const beat = pause(probeEveryMs, undefined, { signal, ref: false }).catch(() => undefined);
      const answers = await this.#probe(signal);
      if (signal.aborted) return;
      if (answers) this.answered();
      else if (performance.now() - this.#calledAt > idleMs) this.close();
      else await beat;
    }
  }
}
