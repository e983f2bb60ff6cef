import { HttpClient, type HttpClientOptions } from "./http-client.ts";

export interface ConnectionsOptions extends Omit<HttpClientOptions, "reuse"> {
  /** `/health` below the base URL. */
  readonly healthPath: string;
  readonly userAgent: string;
  /** Milliseconds from the first response until the policy measures which connections are faster. */
  readonly measureAfterMs: number;
}

/** The number of workers may change when the server restarts. */
const measureAgainAfterMs = 300_000;

const connectionsTried = 4;

/** Timeout of one measuring request. A slower server is not measured. */
const measureTimeoutMs = 2_000;

/**
 * Decides whether reads over plain http reuse connections. With more than one worker (the default),
 * each response of MLflow's server on a reused connection waits 40 ms for a delayed ACK (3.17: 48 ms,
 * 8 ms on a new one). With one worker a reused connection is faster (6 ms, 7.6 ms on a new one). The
 * server does not report its workers, so a few small requests measure both. They run after the
 * first calls, so that no client waits for them, and carry no credential, since no caller made them.
 */
export class ConnectionPolicy {
  readonly #options: ConnectionsOptions;
  readonly #ended = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #measuredAt = Number.NEGATIVE_INFINITY;
  #reuses = false;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** Whether the next read should reuse a connection. */
  get reuses(): boolean {
    return this.#reuses;
  }

  /** Records a response, and schedules a measurement if one is due. */
  answered(): void {
    const isRecent = performance.now() - this.#measuredAt < measureAgainAfterMs;
    if (isRecent || this.#timer !== undefined || this.#ended.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#decide(), this.#options.measureAfterMs);
    this.#timer.unref();
  }

  /** Records that a reused connection broke: reads use new ones until the next measurement. */
  broke(): void {
    this.#reuses = false;
    this.#measuredAt = Number.NEGATIVE_INFINITY;
  }

  close(): void {
    this.#ended.abort();
    clearTimeout(this.#timer);
  }

  async #decide(): Promise<void> {
    try {
      this.#reuses = await this.#reusedIsFaster();
    } catch {
      // Calls report what is wrong with the server. New connections are never much slower.
      this.#reuses = false;
    }
    this.#measuredAt = performance.now();
    this.#timer = undefined;
  }

  /**
   * Sends two requests on each of a few connections. Compares the fastest of each kind, because
   * other load on the server slows single requests.
   */
  async #reusedIsFaster(): Promise<boolean> {
    const fresh: number[] = [];
    const reused: number[] = [];
    for (let connection = 0; connection < connectionsTried; connection++) {
      const client = new HttpClient({ ...this.#options, most: 1, reuse: true });
      try {
        fresh.push(await this.#timed(client));
        reused.push(await this.#timed(client));
      } finally {
        client.close();
      }
    }
    return Math.min(...reused) < Math.min(...fresh);
  }

  async #timed(client: HttpClient): Promise<number> {
    const { healthPath, userAgent } = this.#options;
    const signal = AbortSignal.any([this.#ended.signal, AbortSignal.timeout(measureTimeoutMs)]);
    const begin = performance.now();
    const headers = { "user-agent": userAgent };
    await client.send({ method: "GET", path: healthPath, headers, signal });
    return performance.now() - begin;
  }
}
