import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import request from "undici/lib/api/api-request.js";
import Pool from "undici/lib/dispatcher/pool.js";
import { acceptedEncoding, readText } from "./answer-body.ts";
import type { ProxyOptions } from "./proxy.ts";
import type { TlsConnect } from "./tls.ts";

export interface HttpClientOptions {
  /** `http(s)://host[:port]` */
  readonly origin: string;
  /** Limit for the name lookup, TCP and TLS of one connection. */
  readonly connectTimeoutMs: number;
  /** Maximum number of connections. Further requests wait for one. */
  readonly most: number;
  /** Whether connections are reused. Otherwise each request says `connection: close`. */
  readonly kept: boolean;
  readonly tls?: TlsConnect;
  readonly proxy?: ProxyOptions;
}

/** A request as it is sent. */
export interface Sent {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** With the query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Ends the request, whatever has been received. */
  readonly signal: AbortSignal;
}

/** A response of any status, read to its end. */
export interface Received {
  readonly status: number;
  /** By name in lower case. A header that comes more than once is left out. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A failure that undici has no code for, or several. */
export class ConnectionError extends Error {
  readonly code: "CONNECT_TIMEOUT" | "CONNECTIONS_CLOSED" | "PROXY_REFUSED" | "RESPONSE_CUT";

  constructor(code: ConnectionError["code"], cause?: unknown) {
    super(code, { cause });
    this.code = code;
  }
}

/** Less than the 5 s after which uvicorn, MLflow's server, closes an idle connection. */
const idleMs = 4_000;

/** Connections to one server. */
export class HttpClient {
  readonly #options: HttpClientOptions;
  #dispatcher: Promise<Dispatcher> | undefined;
  #closed = false;

  /** Opens nothing yet. */
  constructor(options: HttpClientOptions) {
    this.#options = options;
  }

  /**
   * Rejects when there is no complete response: with the error of Node or undici, a ConnectionError
   * or a BodyError.
   */
  async send({ method, path, headers, body, signal }: Sent): Promise<Received> {
    const { origin, kept } = this.#options;
    try {
      if (this.#closed) throw new ConnectionError("CONNECTIONS_CLOSED");
      this.#dispatcher ??= createDispatcher(this.#options);
      const response = await request.call(await this.#dispatcher, {
        ...{ origin, method, path, signal, reset: !kept },
        headers: { "accept-encoding": acceptedEncoding, ...headers },
        ...(body === undefined ? {} : { body }),
      });
      const received = singleHeaders(response.headers);
      const text = await readBody(response.body, received["content-encoding"]);
      return { status: response.statusCode, headers: received, text };
    } catch (error) {
      throw this.#closed ? new ConnectionError("CONNECTIONS_CLOSED", error) : coded(error);
    }
  }

  /** Ends all pending requests. */
  close(): void {
    this.#closed = true;
    void this.#dispatcher?.then((dispatcher) => dispatcher.destroy());
  }
}

/** The proxy's part is loaded only where there is a proxy. */
async function createDispatcher(options: HttpClientOptions): Promise<Dispatcher> {
  const { origin, connectTimeoutMs, most, tls, proxy } = options;
  if (proxy) {
    const { createProxyAgent } = await import("./proxy.ts");
    return createProxyAgent(proxy, options);
  }
  return new Pool(origin, {
    connections: most,
    connect: { ...tls, timeout: connectTimeoutMs },
    keepAliveTimeout: idleMs,
    keepAliveMaxTimeout: idleMs,
    // The caller's signal limits the whole request.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

/** undici calls a chunked body that ends early an error of the parser. */
async function readBody(body: Readable, encoding: string | undefined): Promise<string> {
  try {
    return await readText(body, encoding);
  } catch (error) {
    const isCut = error instanceof Error && error.name === "HTTPParserError";
    throw isCut ? new ConnectionError("RESPONSE_CUT", error) : error;
  }
}

function singleHeaders(headers: Dispatcher.ResponseData["headers"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      typeof value === "string" ? [[name, value] as const] : [],
    ),
  );
}

function coded(error: unknown): unknown {
  if (!(error instanceof Error) || !("code" in error)) return error;
  if (error.code === "UND_ERR_CONNECT_TIMEOUT")
    return new ConnectionError("CONNECT_TIMEOUT", error);
  // undici's only error with this code that no signal has caused: the answer to CONNECT.
  if (error.code === "UND_ERR_ABORTED" && error.message.startsWith("Proxy response")) {
    return new ConnectionError("PROXY_REFUSED", error);
  }
  return error;
}
