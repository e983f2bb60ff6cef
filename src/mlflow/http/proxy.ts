import type { Dispatcher } from "undici";
import EnvHttpProxyAgent from "undici/lib/dispatcher/env-http-proxy-agent.js";
import type { HttpClientOptions } from "./http-client.ts";
import type { TlsConnect } from "./tls.ts";

/** The HTTP proxy between this program and MLflow. */
export interface ProxyOptions {
  /** The variable that names it, for messages. */
  readonly variable: string;
  /** `http(s)://[user:password@]host[:port]`. Never part of a message: it may hold a password. */
  readonly url: string;
  /** Hosts that are reached without the proxy, in the form of `NO_PROXY`. */
  readonly noProxy: string;
}

/**
 * Connections through a proxy: https in a tunnel (`CONNECT`), http by absolute URL, since many proxies
 * allow no tunnel to a plain port. Hosts of `noProxy` are connected to directly.
 */
export function createProxyAgent(
  { url, noProxy }: ProxyOptions,
  { origin, connectTimeoutMs, most, tls }: HttpClientOptions,
): Dispatcher {
  const connect: TlsConnect & { readonly timeout: number } = { ...tls, timeout: connectTimeoutMs };
  // undici reads the environment for what is undefined; an empty text is no proxy.
  const proxy = origin.startsWith("https:")
    ? { httpProxy: "", httpsProxy: url }
    : { httpProxy: url, httpsProxy: "" };
  return new EnvHttpProxyAgent({
    ...proxy,
    noProxy,
    proxyTunnel: false,
    connections: most,
    connect,
    requestTls: connect,
    proxyTls: { timeout: connectTimeoutMs },
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}
