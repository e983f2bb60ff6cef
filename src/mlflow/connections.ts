import { type buildConnector, type Dispatcher, errors, Pool } from "undici";
import { ConnectionPolicy } from "./connection-policy.ts";

export interface ConnectionsOptions {
  /** Scheme, host and port. */
  readonly origin: string;
  /** `/health` below the base URL. */
  readonly healthPath: string;
  readonly connect: buildConnector.connector;
  /** At most this many at a time. */
  readonly count: number;
  readonly userAgent: string;
  /** How long after the first answer it is measured which connections are faster; 2 s usually. */
  readonly measureConnectionsAfterMs?: number | undefined;
}

const closedCodes = new Set<unknown>(["ECONNRESET", "EPIPE"]);

/**
 * The connections to one server. Over https they are kept, because a handshake costs more than
 * anything else. Over plain http a write has a fresh one, so that no server that closes an idle
 * connection can leave open what became of it; a read has what is faster.
 */
export class Connections {
  readonly #kept: Pool;
  /** For plain http. */
  readonly #plain: { readonly fresh: Pool; readonly policy: ConnectionPolicy } | undefined;

  constructor(options: ConnectionsOptions) {
    const { origin, connect, count: connections } = options;
    // The time limit is kept by the caller, over queue, headers and body together.
    const limits = { connect, connections, headersTimeout: 0, bodyTimeout: 0 };
    this.#kept = new Pool(origin, limits);
    if (origin.startsWith("https:")) return;
    const path = options.healthPath;
    const measureAfterMs = options.measureConnectionsAfterMs ?? 2_000;
    this.#plain = {
      fresh: new Pool(origin, { ...limits, pipelining: 0 }),
      policy: new ConnectionPolicy({ ...options, path, measureAfterMs }),
    };
  }

  /** Sends the request and reads what `read` makes of the answer. */
  async exchange<T>(
    request: Dispatcher.RequestOptions,
    read: (response: Dispatcher.ResponseData) => Promise<T>,
  ): Promise<T> {
    const exchange = async (pool: Pool) => read(await pool.request(request));
    if (this.#plain === undefined) return exchange(this.#kept);
    const { fresh, policy } = this.#plain;
    const isRead = request.method === "GET";
    const result = await (isRead && policy.keeps
      ? exchange(this.#kept).catch((cause: unknown) => {
          if (!isClosed(cause)) throw cause;
          // It may have been on its way when the server closed an idle connection.
          policy.broke();
          return exchange(fresh);
        })
      : exchange(fresh));
    policy.answered();
    return result;
  }

  /** Ends what is under way. */
  async close(): Promise<void> {
    this.#plain?.policy.close();
    await Promise.all([this.#kept.destroy(), this.#plain?.fresh.destroy()]);
  }
}

/** What a request meets on a connection that the server has just closed. */
function isClosed(cause: unknown): boolean {
  if (cause instanceof errors.SocketError) return true;
  return cause instanceof Error && "code" in cause && closedCodes.has(cause.code);
}
