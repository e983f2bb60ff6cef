import type { Values } from "../template/renderer.ts";

/**
 * Maps argument names to names that all MCP clients accept. One name outside of `[0-9A-Za-z_-]`, for
 * instance with a dot, makes some clients refuse the whole server. `withOwnNames` maps them back.
 */
export function safeArgumentNames(names: readonly string[]): ReadonlyMap<string, string> {
  const safe = new Map<string, string>();
  const taken = new Set(names);
  const free = freeSpellings(taken);
  for (const name of names) {
    const spelling = isSafe(name) ? name : free(respelled(name));
    taken.add(spelling);
    safe.set(name, spelling);
  }
  return safe;
}

/** Maps values to the prompt's own names. A client may use the own names and the safe names. */
export function withOwnNames(names: readonly string[], given: Values): Values {
  // No safe spelling is the own name of another argument.
  const own = new Set(names);
  if (Object.keys(given).every((name) => own.has(name))) return given;
  const ownNames = new Map([...safeArgumentNames(names)].map(([own, safe]) => [safe, own]));
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [ownNames.get(name) ?? name, value]),
  );
}

function isSafe(name: string): boolean {
  return /^[0-9A-Za-z_-]+$/.test(name);
}

function respelled(name: string): string {
  return name.replace(/[^0-9A-Za-z_-]+/g, "_");
}

/** Adds a number to a taken name. Does not retry lower numbers, because no name becomes free. */
function freeSpellings(taken: ReadonlySet<string>): (spelling: string) => string {
  const nextNumber = new Map<string, number>();
  return (spelling) => {
    let number = nextNumber.get(spelling) ?? 1;
    let candidate = number === 1 ? spelling : `${spelling}_${number}`;
    while (taken.has(candidate)) {
      number += 1;
      candidate = `${spelling}_${number}`;
    }
    nextNumber.set(spelling, number);
    return candidate;
  };
}
