import { setTimeout as pause } from "node:timers/promises";

/** An attempt that got no response at all. */
export interface Silence {
  /** "the connection was refused" */
  readonly reason: string;
  /** Whether one such attempt opens the breaker: it cost a caller a whole connect timeout. */
  readonly decisive: boolean;
}

/** How long the server has not responded, and the reason of the last failure. */
export interface Outage {
  readonly seconds: number;
  readonly reason: string;
}

/** The breaker opens after this many consecutive attempts without a response. */
const failuresToOpen = 3;

/**
 * Rejects calls at once while the server is known not to respond. While it is open, it sends one
 * health probe at a time until the server responds. After `idleMs` without a call it stops probing
 * and closes. If the next call gets no response either, it opens again.
 */
export class CircuitBreaker {
  readonly #probe: (signal: AbortSignal) => Promise<boolean>;
  readonly #timing: { readonly probeEveryMs: number; readonly idleMs: number };
  #failures = 0;
  #reason = "";
  #failingSince = 0;
  #respondedAt = 0;
  #calledAt = performance.now();
  /** Set while the breaker is open; aborting it ends the pending probe. */
  #probing: AbortController | undefined;
  /** Set while a probe checks whether to open the breaker. */
  #verifying: AbortController | undefined;

  /** `probe` resolves to whether the server responds. It never rejects, and ends on abort. */
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

  /** Called before each attempt. Undefined: the attempt may go ahead. */
  outage(): Outage | undefined {
    const now = performance.now();
    this.#calledAt = now;
    if (!this.isOpen) return undefined;
    return { seconds: (now - this.#failingSince) / 1_000, reason: this.#reason };
  }

  /** Records a response of any status. */
  answered(): void {
    this.#failures = 0;
    this.#respondedAt = performance.now();
    this.close();
  }

  /**
   * Records an attempt that began at `begin` and got no response. Ignored if another attempt got a
   * response since.
   */
  failed(begin: number, { reason, decisive }: Silence): void {
    if (begin < this.#respondedAt) return;
    if (this.#failures === 0) this.#failingSince = begin;
    this.#failures += decisive ? failuresToOpen : 1;
    this.#reason = reason;
    if (this.#failures < failuresToOpen || this.isOpen) return;
    this.#probing = new AbortController();
    void this.#probeUntilAnswered(this.#probing.signal);
  }

  /**
   * Records an attempt of an unverified caller that got no response. It does not count by itself:
   * the breaker opens only if a probe gets no response either.
   */
  async suspect(begin: number, { reason }: Silence): Promise<void> {
    if (this.isOpen || this.#verifying) return;
    const verifying = new AbortController();
    this.#verifying = verifying;
    const answers = await this.#probe(verifying.signal);
    this.#verifying = undefined;
    if (verifying.signal.aborted) return;
    if (answers) this.answered();
    else this.failed(begin, { reason, decisive: true });
  }

  /** Allows calls, and stops probing. */
  close(): void {
    this.#verifying?.abort();
    this.#probing?.abort();
    this.#probing = undefined;
  }

  async #probeUntilAnswered(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const { probeEveryMs, idleMs } = this.#timing;
      const interval = pause(probeEveryMs, undefined, { signal, ref: false }).catch(
        () => undefined,
      );
      const answers = await this.#probe(signal);
      if (signal.aborted) return;
      if (answers) this.answered();
      else if (performance.now() - this.#calledAt > idleMs) this.close();
      else await interval;
    }
  }
}
