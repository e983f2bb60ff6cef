import { lookup, lookupService } from "node:dns/promises";
import { hostname, networkInterfaces } from "node:os";

/** How long a start waits for the full name of the machine, in milliseconds. */
const fullNameTimeoutMs = 1_000;

/** The addresses at which other machines reach this one, IPv4 first. */
export function ownAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, address }) => !internal && !/^fe80:/i.test(address))
    .toSorted((one, other) => one.family.localeCompare(other.family))
    .map(({ address }) => address);
}

/** The machine's name and, where the resolver knows it in time, its full name with the domain. */
export async function ownNames(): Promise<string[]> {
  const name = hostname().toLowerCase();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<string>((resolve) => {
    timer = setTimeout(resolve, fullNameTimeoutMs, name);
  });
  const full = await Promise.race([fullNameOf(name).catch(() => name), late]);
  clearTimeout(timer);
  // The resolver may know the address by a name that has nothing to do with the machine's.
  return full.startsWith(`${name}.`) ? [name, full] : [name];
}

async function fullNameOf(name: string): Promise<string> {
  const { address } = await lookup(name);
  const { hostname: full } = await lookupService(address, 0);
  return full.toLowerCase();
}
