import type { IncomingMessage } from "node:http";
import { isIPv6 } from "node:net";
import proxyAddr from "proxy-addr";

/** The client of a request, according to trusted proxies. */
export interface ClientAddress {
  /** The client's `networkOf`, by which limits count. */
  readonly address: string;
  /** The Host header that the client sent. */
  readonly host: string | undefined;
}

/**
 * @param trusted addresses, networks (`10.0.0.0/8`) and `loopback`, `linklocal`, `uniquelocal`:
 *   of proxies whose `X-Forwarded-For` and `X-Forwarded-Host` are trusted
 */
export function createClientAddressReader(
  trusted: readonly string[],
): (request: IncomingMessage) => ClientAddress {
  const trust = proxyAddr.compile([...trusted]);
  return (request) => {
    const proxy = request.socket.remoteAddress ?? "";
    const forwardedHost = trust(proxy, 0) ? first(request.headers["x-forwarded-host"]) : undefined;
    return {
      address: networkOf(proxyAddr(request, trust)),
      host: forwardedHost ?? request.headers.host,
    };
  };
}

function first(header: string | string[] | undefined): string | undefined {
  const [value] = (Array.isArray(header) ? header.join(",") : (header ?? "")).split(",");
  return value?.trim() || undefined;
}

/**
 * The network of one client, normalized: an IPv4 address, also when it is mapped to IPv6 (RFC 4291,
 * 2.5.5.2), or the /64 of an IPv6 address, since a client may use any address of it (RFC 4291, 2.5.4;
 * RFC 6177).
 */
export function networkOf(address: string): string {
  const [plain = ""] = address.split("%", 1);
  if (!isIPv6(plain)) return plain;
  const groups = groupsOf(plain);
  const mapped = groups.slice(0, 6).join(":") === "0:0:0:0:0:ffff";
  return mapped ? dotted(groups.slice(6)) : `${groups.slice(0, 4).join(":")}::/64`;
}

/** The eight groups of an IPv6 address, in lower case and without leading zeros. */
function groupsOf(address: string): string[] {
  const [before = "", after] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const head = before.split(":").filter(Boolean);
  const tail = (after ?? "").split(":").filter(Boolean);
  const left = Array.from({ length: 8 - head.length - tail.length }, () => "0");
  return [...head, ...left, ...tail];
}

/** Two groups as an IPv4 address. */
function dotted(groups: readonly string[]): string {
  const numbers = groups.map((group) => Number.parseInt(group, 16));
  return numbers.flatMap((number) => [number >> 8, number & 0xff]).join(".");
}
