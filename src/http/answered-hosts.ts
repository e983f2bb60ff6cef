import { isIPv6 } from "node:net";
import type { HttpConfig } from "../config/http-config.ts";
import { isLoopback } from "../config/texts.ts";
import { ownAddresses, ownNames } from "./own-machine.ts";

/** The hosts in the addresses of this server. Requests to any other one are refused. */
export interface AnsweredHosts {
  /** As in a Host header without its port, in lower case. */
  readonly names: readonly string[];
  /**
   * Whether every IP address is one of them. A name may be made to lead to this server by whoever owns
   * it (DNS rebinding), an address cannot. Behind a router or in a container, the server does not know
   * the address that clients use.
   */
  readonly anyAddress: boolean;
}

type HostConfig = Pick<HttpConfig, "host" | "publicUrl" | "allowedHosts">;

/** On an address that other machines reach, the names of this machine are among them. */
export async function findAnsweredHosts(config: HostConfig): Promise<AnsweredHosts> {
  const { publicUrl, allowedHosts } = config;
  const anyAddress = !isLoopback(config.host);
  const host = isIPv6(config.host) ? `[${config.host}]` : config.host;
  const names = [
    ...["localhost", "127.0.0.1", "[::1]"],
    ...(isUnspecified(config.host) ? [] : [host]),
    ...(anyAddress ? await ownNames() : []),
    ...(publicUrl ? [new URL(publicUrl).hostname] : []),
    ...allowedHosts,
  ];
  return { names: [...new Set(names.map((name) => name.toLowerCase()))], anyAddress };
}

/** One line for the operator. @param host the address that the server listens on */
export function describeAnsweredHosts({ names, anyAddress }: AnsweredHosts, host: string): string {
  const own = isUnspecified(host) ? ` (of this machine: ${addressesFor(host).join(", ")})` : "";
  const addresses = anyAddress ? `, and any IP address${own}` : "";
  return `Requests are answered for these hosts: ${names.join(", ")}${addresses}. --allowed-hosts adds names.`;
}

/** The host for clients of a server that listens on this one: an address of this machine for "all". */
export function reachableHost(host: string): string {
  const [address = "localhost"] = isUnspecified(host) ? addressesFor(host) : [host];
  return isIPv6(address) ? `[${address}]` : address;
}

/** Whether it stands for all addresses of the machine. */
function isUnspecified(host: string): boolean {
  return host === "0.0.0.0" || host === "::";
}

/** The addresses of this machine that `0.0.0.0` or `::` stands for. */
function addressesFor(host: string): string[] {
  return ownAddresses().filter((address) => host === "::" || !isIPv6(address));
}
