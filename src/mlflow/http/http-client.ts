import * as http from "node:http";
import * as https from "node:https";
import { acceptedEncoding, readText } from "./answer-body.ts";
import type { TlsConnect } from "./tls.ts";

export interface HttpClientOptions {
  /** `http(s)://host[:port]` */
  readonly origin: string;
  /** From asking for a connection until one can be sent on: name, TCP and TLS. */
  readonly connectTimeoutMs: number;
  /** So many at a time; what is above waits for one. */
  readonly most: number;
  /** Whether one is used again. Else the server is told `connection: close`. */
  readonly kept: boolean;
  readonly tls?: TlsConnect;
}

/** A request as it is sent. */
export interface Sent {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends it whatever has come of it. */
  readonly signal: AbortSignal;
}

/** An answer of any status, read to its end. */
export interface Received {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** What Node has no code for. */
export class ConnectionError extends Error {
  readonly code: "CONNECT_TIMEOUT" | "CONNECTIONS_CLOSED";

  constructor(code: ConnectionError["code"]) {
    super(code);
    this.code = code;
  }
}

/** Less than the 5 s after which uvicorn, MLflow's server, hangs up on an idle connection. */
const idleMs = 4_000;

/**
 * Connections to one server. Node's own client and not undici: that takes 30 ms and 14 MiB more until
 * its first answer is there, which a stdio server's host waits for at every start.
 */
export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #secure: boolean;
  readonly #agent: http.Agent;
  readonly #underWay = new Set<http.ClientRequest>();
  #closed = false;

  /** Opens nothing yet. */
  constructor(options: HttpClientOptions) {
    const { origin, most, kept, tls } = options;
    this.#options = options;
    this.#secure = new URL(origin).protocol === "https:";
    const pool = { maxSockets: most, keepAlive: kept, timeout: idleMs };
    this.#agent = this.#secure ? new https.Agent({ ...pool, ...tls }) : new http.Agent(pool);
  }

  /**
   * Rejects with Node's error when there is no complete answer, or with a ConnectionError or
   * BodyError.
   */
  async send(sent: Sent): Promise<Received> {
    try {
      if (this.#closed) throw new ConnectionError("CONNECTIONS_CLOSED");
      const response = await this.#request(sent);
      const { statusCode = 0, headers } = response;
      const text = await readText(response, headers["content-encoding"]);
      return { status: statusCode, headers, text };
    } catch (error) {
      // Within an answer Node says no more than that it broke off.
      throw this.#closed ? new ConnectionError("CONNECTIONS_CLOSED") : error;
    }
  }

  /** Ends what is under way. */
  close(): void {
    this.#closed = true;
    for (const request of this.#underWay) request.destroy();
    this.#agent.destroy();
  }

  #request({ method, path, headers, body, signal }: Sent): Promise<http.IncomingMessage> {
    const { origin, kept } = this.#options;
    return new Promise((resolve, reject) => {
      const request = (this.#secure ? https : http).request(origin, {
        method,
        path,
        headers: {
          "accept-encoding": acceptedEncoding,
          ...headers,
          ...(kept ? {} : { connection: "close" }),
          // Node leaves it out with DELETE.
          ...(body === undefined ? {} : { "content-length": Buffer.byteLength(body) }),
        },
        agent: this.#agent,
        signal,
      });
      this.#underWay.add(request);
      request
        .on("socket", () => this.#limitConnecting(request))
        .on("response", resolve)
        .on("error", reject)
        .on("close", () => this.#underWay.delete(request))
        .end(body);
    });
  }

  #limitConnecting(request: http.ClientRequest): void {
    const { socket } = request;
    if (!socket?.connecting) return;
    const timer = setTimeout(
      () => request.destroy(new ConnectionError("CONNECT_TIMEOUT")),
      this.#options.connectTimeoutMs,
    );
    const done = () => clearTimeout(timer);
    socket.once(this.#secure ? "secureConnect" : "connect", done).once("close", done);
  }
}
