import type { IncomingHttpHeaders } from "node:http";
import type { Dispatcher, Pool as PoolClass } from "undici";
import request from "undici/lib/api/api-request.js";
import buildConnector from "undici/lib/core/connect.js";
import Pool from "undici/lib/dispatcher/pool.js";
import { untilAborted } from "../../registry/concurrency/until-aborted.ts";
import { acceptedEncoding, readText, refuseStream } from "./answer-body.ts";
import { ConnectionError, ProxyError } from "./connection-error.ts";
import { Connector } from "./connector.ts";
import type { ProxyOptions } from "./proxy-dispatcher.ts";
import type { TlsConnect } from "./tls.ts";

export interface HttpClientOptions {
  /** `http(s)://host[:port]` */
  readonly origin: string;
  /** Covers the name lookup, TCP, the proxy's tunnel and TLS. */
  readonly connectTimeoutMs: number;
  /** The maximum number of connections. Requests above it wait for one. */
  readonly most: number;
  /** Whether connections are reused. If not, requests carry `connection: close`. */
  readonly reuse: boolean;
  readonly tls?: TlsConnect;
  readonly proxy?: ProxyOptions;
}

/** A request as it is sent. */
export interface Sent {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Ends the request in any state. */
  readonly signal: AbortSignal;
}

/** A complete response with any status. */
export interface Received {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

/** Less than the 5 s after which uvicorn, MLflow's server, closes an idle connection. */
const idleMs = 4_000;

/** Connections to one server. */
export class HttpClient {
  readonly #options: HttpClientOptions;
  readonly #connector: Connector;
  #dispatcher: Dispatcher | Promise<Dispatcher> | undefined;
  #closed = false;

  /** Opens no connection. */
  constructor(options: HttpClientOptions) {
    this.#options = options;
    this.#connector = new Connector(options.connectTimeoutMs);
  }

  /**
   * Rejects with the error of Node or undici when there is no complete response, or with a
   * ConnectionError, ProxyError or BodyError.
   */
  async send(sent: Sent): Promise<Received> {
    try {
      this.#dispatcher ??= this.#open();
      const dispatcher = await this.#dispatcher;
      if (this.#closed) throw new ConnectionError("CONNECTIONS_CLOSED");
      const { signal } = sent;
      // undici itself would wait for the connection before it rejects.
      return await untilAborted(this.#request(dispatcher, sent), signal, () => signal.reason);
    } catch (error) {
      throw this.#closed ? new ConnectionError("CONNECTIONS_CLOSED") : this.#translated(error);
    }
  }

  /** Ends all pending requests. */
  close(): void {
    this.#closed = true;
    this.#connector.close();
    void Promise.resolve(this.#dispatcher).then((dispatcher) => dispatcher?.destroy());
  }

  #open(): Dispatcher | Promise<Dispatcher> {
    const { origin, most, tls, proxy } = this.#options;
    const options: PoolClass.Options = {
      connections: most,
      keepAliveTimeout: idleMs,
      keepAliveMaxTimeout: idleMs,
      // The caller's signal ends a request.
      headersTimeout: 0,
      bodyTimeout: 0,
    };
    if (proxy) return openProxied({ options, proxy, tls, connector: this.#connector });
    const connect = this.#connector.limited(buildConnector({ ...tls, timeout: 0 }));
    return new Pool(origin, { ...options, connect });
  }

  /** undici reports a proxy that refuses the credentials of a plain http request as an invalid argument. */
  #translated(error: unknown): unknown {
    const { proxy } = this.#options;
    const isRefused = error instanceof Error && error.message.endsWith("Required (407)");
    if (!proxy || !isRefused) return error;
    return new ProxyError(proxy.variable, "refused the credentials with status 407");
  }

  async #request(dispatcher: Dispatcher, sent: Sent): Promise<Received> {
    const { method, path, headers, body, signal } = sent;
    const { origin, reuse } = this.#options;
    const response = await request.call(dispatcher, {
      origin,
      method,
      path,
      headers: { "accept-encoding": acceptedEncoding, ...headers },
      body: body ?? null,
      reset: !reuse,
      signal,
    });
    const { headers: received, statusCode: status } = response;
    if (status < 400) refuseStream(response.body, single(received["content-type"]));
    const text = await readText(response.body, single(received["content-encoding"]));
    return { status, headers: received, text };
  }
}

function single(header: string | readonly string[] | undefined): string | undefined {
  return typeof header === "string" ? header : header?.[0];
}

/** Loads the rest of undici only when a proxy is configured. */
async function openProxied(
  options: Parameters<typeof import("./proxy-dispatcher.ts").proxyDispatcher>[0],
): Promise<Dispatcher> {
  const { proxyDispatcher } = await import("./proxy-dispatcher.ts");
  return proxyDispatcher(options);
}
