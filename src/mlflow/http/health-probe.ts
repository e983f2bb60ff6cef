import { HttpClient, type HttpClientOptions } from "./http-client.ts";
import { withTimeLimit } from "./time-limit.ts";

/**
 * An attempt that was lost on its way is repeated by the kernel after a second (Linux, TCP): a new one
 * finds out sooner that the server is back.
 */
const longestConnectMs = 800;

/**
 * Finds out whether the server answers again. It has a connection of its own, since all others may
 * hang, and sends no credential and no workspace: nobody asked for this request.
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
    // A kept connection could hang where a new one would not.
    this.#client = new HttpClient({ ...connections, connectTimeoutMs, most: 1, kept: false });
  }

  /** Whether there is an answer, of any status. A call would have been given as much time. */
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

  /** Ends what is under way. */
  close(): void {
    this.#client.close();
  }
}
