import type { IncomingMessage } from "node:http";
import proxyAddr from "proxy-addr";

/** The other end of a request, as far as proxies that are trusted tell. */
export interface Peer {
  /** IP address of the client. */
  readonly address: string;
  /** The Host header that the client sent. */
  readonly host: string | undefined;
}

/**
 * @param trusted addresses, networks (`10.0.0.0/8`) and `loopback`, `linklocal`, `uniquelocal`:
 *   whose `X-Forwarded-For` and `X-Forwarded-Host` are believed. Nobody else's are.
 */
export function createPeerReader(trusted: readonly string[]): (request: IncomingMessage) => Peer {
  const trust = proxyAddr.compile([...trusted]);
  return (request) => {
    const next = request.socket.remoteAddress ?? "";
    const forwardedHost = trust(next, 0) ? first(request.headers["x-forwarded-host"]) : undefined;
    return {
      address: proxyAddr(request, trust),
      host: forwardedHost ?? request.headers.host,
    };
  };
}

function first(header: string | string[] | undefined): string | undefined {
  const [value] = (Array.isArray(header) ? header.join(",") : (header ?? "")).split(",");
  return value?.trim() || undefined;
}
