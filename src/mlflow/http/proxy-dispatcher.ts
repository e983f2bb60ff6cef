import { type Dispatcher, EnvHttpProxyAgent, Pool } from "undici";
import { ProxyError } from "./connection-error.ts";
import type { Connector } from "./connector.ts";
import type { TlsConnect } from "./tls.ts";

export interface ProxyOptions {
  /** `http(s)://[user:password@]host[:port]` */
  readonly url: string;
  /** The environment variable with the URL, for messages. */
  readonly variable: string;
  /** The value of NO_PROXY. */
  readonly noProxy: string;
}

interface ProxyDispatcherOptions {
  readonly options: Pool.Options;
  readonly proxy: ProxyOptions;
  readonly tls: TlsConnect | undefined;
  readonly connector: Connector;
}

/** Sends plain http through the proxy, https through a tunnel (CONNECT), and NO_PROXY's hosts directly. */
export function proxyDispatcher({
  options,
  proxy,
  tls,
  connector,
}: ProxyDispatcherOptions): Dispatcher {
  const { variable } = proxy;
  const proxyOrigin = new URL(proxy.url).origin;
  const failed = (cause: Error) =>
    cause instanceof ProxyError ? cause : new ProxyError(variable, reasonOf(cause), { cause });
  const pool = (origin: string | URL, given: Pool.Options) => {
    const connect = typeof given.connect === "function" ? given.connect : undefined;
    const isProxy = new URL(origin).origin === proxyOrigin;
    const limited = connect && connector.limited(connect, isProxy ? failed : refusedTunnel);
    return new Pool(origin, { ...options, ...given, ...(limited ? { connect: limited } : {}) });
  };
  const refusedTunnel = (cause: Error) => (isRefusedTunnel(cause) ? failed(cause) : cause);
  const { ca, rejectUnauthorized } = tls ?? {};
  const trusted = {
    ...(ca === undefined ? {} : { ca }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
  };
  return new EnvHttpProxyAgent({
    ...options,
    httpProxy: proxy.url,
    httpsProxy: proxy.url,
    noProxy: proxy.noProxy,
    proxyTunnel: false,
    // `Connector` limits the time of these connections instead.
    requestTls: { ...tls, timeout: 0 },
    proxyTls: { ...trusted, timeout: 0 },
    connect: { ...tls, timeout: 0 },
    factory: pool,
    clientFactory: pool,
  });
}

function isRefusedTunnel(error: Error): boolean {
  return "code" in error && error.code === "UND_ERR_ABORTED";
}

function reasonOf(error: Error): string {
  const code = "code" in error ? String(error.code) : error.name;
  switch (code) {
    case "ECONNREFUSED":
      return "refused the connection";
    case "CONNECT_TIMEOUT":
      return "did not accept a connection in time";
    case "ENOTFOUND":
      return "has a host name that does not exist";
    case "UND_ERR_ABORTED": {
      const status = /\((\d{3})\)/.exec(error.message)?.[1];
      return status === undefined
        ? "closed the tunnel"
        : `refused the tunnel with status ${status}`;
    }
    default:
      return `cannot be reached (${code})`;
  }
}
