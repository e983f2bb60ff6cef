import type { IncomingMessage } from "node:http";
import { isIPv6 } from "node:net";
import proxyAddr from "proxy-addr";

/** The other end of a request, as far as proxies that are trusted tell. */
export interface ClientAddress {
  /** Stands for the client in limits: its `networkOf`. */
  readonly address: string;
  /** The Host header that the client sent. */
  readonly host: string | undefined;
}

/**
 * @param trusted addresses, networks (`10.0.0.0/8`) and `loopback`, `linklocal`, `uniquelocal`:
 *   whose `X-Forwarded-For` and `X-Forwarded-Host` are believed. Nobody else's are.
 */
export function createClientAddressReader(
  trusted: readonly string[],
): (request: IncomingMessage) => ClientAddress {
  const trust = proxyAddr.compile([...trusted]);
  return (request) => {
    const next = request.socket.remoteAddress ?? "";
    const forwardedHost = trust(next, 0) ? first(request.headers["x-forwarded-host"]) : undefined;
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
 * What one client has of addresses, in one spelling: an IPv4 address, also where it is mapped into
 * IPv6 (RFC 4291, 2.5.5.2), and of IPv6 the /64, within which a client takes whichever address it
 * likes (RFC 4291, 2.5.4; RFC 6177).
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
