import { type buildConnector, Client } from "undici";

/**
 * Finds out whether the server answers again. It has a connection of its own, since all others may
 * hang, and sends no credential and no workspace: nobody asked for this request.
 */
export class Prober {
  readonly #client: Client;
  readonly #path: string;
  readonly #userAgent: string;

  /** `path` includes the base URL's. */
  constructor(
    origin: string,
    path: string,
    options: {
      readonly connect: buildConnector.connector;
      readonly requestTimeoutMs: number;
      readonly userAgent: string;
    },
  ) {
    const { connect, requestTimeoutMs, userAgent } = options;
    this.#path = path;
    this.#userAgent = userAgent;
    this.#client = new Client(origin, {
      connect,
      // A kept connection could hang where a new one would not.
      pipelining: 0,
      headersTimeout: requestTimeoutMs,
      bodyTimeout: requestTimeoutMs,
    });
  }

  /** Whether there is an answer, of any status. A call would have been given as much time. */
  async answers(signal: AbortSignal): Promise<boolean> {
    const headers = { "user-agent": this.#userAgent };
    try {
      const path = this.#path;
      const { body } = await this.#client.request({ method: "GET", path, headers, signal });
      await body.dump();
      return true;
    } catch {
      return false;
    }
  }

  /** Ends what is under way. */
  close(): Promise<void> {
    return this.#client.destroy();
  }
}
