import { ConnectionPolicy, type ConnectionsOptions } from "./connection-policy.ts";
import { HttpClient, type Received, type Sent } from "./http-client.ts";

const closedCodes = new Set<unknown>(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);

/**
 * The connections to one server. Requests over https reuse them, because the handshake is the most
 * expensive part. Over plain http a write uses a new connection: on a reused one, a server that
 * closes it as idle would leave the outcome of the write unknown. A read uses the faster kind.
 */
export class Connections {
  readonly #reused: HttpClient;
  /** For plain http. */
  readonly #plain: { readonly fresh: HttpClient; readonly policy: ConnectionPolicy } | undefined;

  /** Opens no connection. */
  constructor(options: ConnectionsOptions) {
    this.#reused = new HttpClient({ ...options, reuse: true });
    if (options.origin.startsWith("https:")) return;
    this.#plain = {
      fresh: new HttpClient({ ...options, reuse: false }),
      policy: new ConnectionPolicy(options),
    };
  }

  /** Rejects as `HttpClient.send` does. */
  async send(sent: Sent): Promise<Received> {
    if (this.#plain === undefined) return this.#reused.send(sent);
    const { fresh, policy } = this.#plain;
    const received = await (sent.method === "GET" && policy.reuses
      ? this.#reused.send(sent).catch((cause: unknown) => {
          if (!isClosed(cause)) throw cause;
          // The server may have closed the idle connection while the request was in transit.
          policy.broke();
          return fresh.send(sent);
        })
      : fresh.send(sent));
    policy.answered();
    return received;
  }

  /** Ends all pending requests. */
  close(): void {
    this.#plain?.policy.close();
    this.#plain?.fresh.close();
    this.#reused.close();
  }
}

/** Whether a request failed because the server had just closed the connection. */
function isClosed(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && closedCodes.has(cause.code);
}
