import { HttpClient, type HttpClientOptions } from "./http-client.ts";

export interface ConnectionsOptions extends Omit<HttpClientOptions, "kept"> {
  /** `/health` below the base URL. */
  readonly healthPath: string;
  readonly userAgent: string;
  /** Milliseconds from the first response until the policy measures which connections are faster. */
  readonly measureAfterMs: number;
}

/** A server that was started anew may have another number of workers. */
const measureAgainAfterMs = 300_000;

const connectionsTried = 4;

/** One answer; the server is not measured while it is slower than this. */
const patienceMs = 2_000;

/**
 * Whether reads are faster on kept connections over plain http. With more than one worker, its
 * default, each answer of MLflow's server on a kept connection waits 40 ms for a delayed ACK (3.17:
 * 48 ms against 8 on a fresh one); with one worker a kept one is the faster (6 against 7.6). The
 * server does not tell, so a few tiny requests find out: after the first calls, since a client may
 * be waiting for those, and without a credential, since nobody asked for them.
 */
export class ConnectionPolicy {
  readonly #options: ConnectionsOptions;
  readonly #ended = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  #measuredAt = Number.NEGATIVE_INFINITY;
  #keeps = false;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
  }

  /** Whether the next read should go over a kept connection. */
  get keeps(): boolean {
    return this.#keeps;
  }

  /** A call was answered: measures soon, if it is time to. */
  answered(): void {
    const isRecent = performance.now() - this.#measuredAt < measureAgainAfterMs;
    if (isRecent || this.#timer !== undefined || this.#ended.signal.aborted) return;
    this.#timer = setTimeout(() => void this.#decide(), this.#options.measureAfterMs);
    this.#timer.unref();
  }

  /** A kept connection broke: no more of them until the server was measured again. */
  broke(): void {
    this.#keeps = false;
    this.#measuredAt = Number.NEGATIVE_INFINITY;
  }

  close(): void {
    this.#ended.abort();
    clearTimeout(this.#timer);
  }

  async #decide(): Promise<void> {
    try {
      this.#keeps = await this.#keptIsFaster();
    } catch {
      // Calls will say what is wrong with the server. Fresh connections are never much slower.
      this.#keeps = false;
    }
    this.#measuredAt = performance.now();
    this.#timer = undefined;
  }

  /** Two requests on each of a few connections; the best of each kind, because others disturb. */
  async #keptIsFaster(): Promise<boolean> {
    const fresh: number[] = [];
    const kept: number[] = [];
    for (let connection = 0; connection < connectionsTried; connection++) {
      const client = new HttpClient({ ...this.#options, most: 1, kept: true });
      try {
        fresh.push(await this.#timed(client));
        kept.push(await this.#timed(client));
      } finally {
        client.close();
      }
    }
    return Math.min(...kept) < Math.min(...fresh);
  }

  async #timed(client: HttpClient): Promise<number> {
    const { healthPath, userAgent } = this.#options;
    const signal = AbortSignal.any([this.#ended.signal, AbortSignal.timeout(patienceMs)]);
    const begin = performance.now();
    const headers = { "user-agent": userAgent };
    await client.send({ method: "GET", path: healthPath, headers, signal });
    return performance.now() - begin;
  }
}
