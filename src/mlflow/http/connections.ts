import { ConnectionPolicy, type ConnectionsOptions } from "./connection-policy.ts";
import { HttpClient, type Received, type Sent } from "./http-client.ts";

const closedCodes = new Set<unknown>(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);

/**
 * The connections to one server. Over https they are kept, because a handshake costs more than
 * anything else. Over plain http a write has a fresh one, so that no server that closes an idle
 * connection can leave open what became of it; a read has what is faster.
 */
export class Connections {
  readonly #kept: HttpClient;
  /** For plain http. */
  readonly #plain: { readonly fresh: HttpClient; readonly policy: ConnectionPolicy } | undefined;

  /** Opens nothing yet. */
  constructor(options: ConnectionsOptions) {
    this.#kept = new HttpClient({ ...options, kept: true });
    if (options.origin.startsWith("https:")) return;
    this.#plain = {
      fresh: new HttpClient({ ...options, kept: false }),
      policy: new ConnectionPolicy(options),
    };
  }

  /** Rejects as `HttpClient.send` does. */
  async send(sent: Sent): Promise<Received> {
    if (this.#plain === undefined) return this.#kept.send(sent);
    const { fresh, policy } = this.#plain;
    const received = await (sent.method === "GET" && policy.keeps
      ? this.#kept.send(sent).catch((cause: unknown) => {
          if (!isClosed(cause)) throw cause;
          // It may have been on its way when the server closed an idle connection.
          policy.broke();
          return fresh.send(sent);
        })
      : fresh.send(sent));
    policy.answered();
    return received;
  }

  /** Ends what is under way. */
  close(): void {
    this.#plain?.policy.close();
    this.#plain?.fresh.close();
    this.#kept.close();
  }
}

/** What a request meets on a connection that the server has just closed. */
function isClosed(cause: unknown): boolean {
  return cause instanceof Error && "code" in cause && closedCodes.has(cause.code);
}
