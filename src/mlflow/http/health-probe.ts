import { withTimeLimit } from "../../registry/concurrency/time-limit.ts";
import { HttpClient, type HttpClientOptions } from "./http-client.ts";

/**
 * The kernel resends a lost connection request after one second (Linux, TCP). A new attempt before
 * that detects sooner that the server is back.
 */
const longestConnectMs = 800;

/**
 * Checks whether the server responds. It uses its own connection, since all others may be blocked,
 * and sends no credential and no workspace, since no caller made the request.
 */
export class HealthProbe {
  readonly #client: HttpClient;
  readonly #path: string;
  readonly #requestTimeoutMs: number;
  readonly #userAgent: string;

  /** `path` includes the base URL's. */
  constructor(
    path: string,
    options: Pick<HttpClientOptions, "origin" | "connectTimeoutMs" | "tls" | "proxy"> & {
      readonly requestTimeoutMs: number;
      readonly userAgent: string;
    },
  ) {
    const { requestTimeoutMs, userAgent, ...connections } = options;
    const connectTimeoutMs = Math.min(longestConnectMs, options.connectTimeoutMs);
    this.#path = path;
    this.#requestTimeoutMs = requestTimeoutMs;
    this.#userAgent = userAgent;
    // A reused connection could be blocked where a new one is not.
    this.#client = new HttpClient({ ...connections, connectTimeoutMs, most: 1, reuse: false });
  }

  /** Whether there is a response of any status. The timeout is the same as for a call. */
  async answers(signal: AbortSignal): Promise<boolean> {
    const headers = { "user-agent": this.#userAgent };
    try {
      await withTimeLimit(this.#requestTimeoutMs, signal, (limited) =>
        this.#client.send({ method: "GET", path: this.#path, headers, signal: limited }),
      );
      return true;
    } catch {
      return false;
    }
  }

  /** Ends the pending probe. */
  close(): void {
    this.#client.close();
  }
}
