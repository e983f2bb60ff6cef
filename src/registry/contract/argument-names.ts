import { quote, RegistryError } from "../errors.ts";
import type { Values } from "../template/renderer.ts";
import type { PromptArgument } from "./arguments.ts";

type NamedArgument = Pick<PromptArgument, "name" | "aliases">;

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

/** All names under which a client may give a value, except safe ones: own names first, then aliases. */
export function givableNames(args: readonly NamedArgument[]): readonly string[] {
  return [...args.map(({ name }) => name), ...args.flatMap(({ aliases = [] }) => aliases)];
}

/** Returns the name under which `prompts/list` offers an argument. */
export function listedName(args: readonly NamedArgument[]): (name: string) => string {
  let safe: ReadonlyMap<string, string> | undefined;
  return (name) => {
    safe ??= safeArgumentNames(givableNames(args));
    return safe.get(name) ?? name;
  };
}

/** Maps own names, aliases and the safe names of both to own names. */
export function ownersOf(args: readonly NamedArgument[]): ReadonlyMap<string, string> {
  const owners = new Map(args.map(({ name }) => [name, name]));
  for (const { name, aliases = [] } of args) {
    for (const alias of aliases) if (!owners.has(alias)) owners.set(alias, name);
  }
  for (const [name, safe] of safeArgumentNames(givableNames(args))) {
    if (!owners.has(safe)) owners.set(safe, owners.get(name) ?? name);
  }
  return owners;
}

/**
 * Maps values to the prompt's own names. A client may use own names, aliases, and the safe names of
 * both.
 * @param shown names arguments in the error as the caller knows them
 * @throws RegistryError `invalid` for an argument that is given under two names
 */
export function withOwnNames(
  args: readonly NamedArgument[],
  given: Values,
  shown: (name: string) => string = (name) => name,
): Values {
  const own = new Set(args.map(({ name }) => name));
  if (Object.keys(given).every((name) => own.has(name))) return given;
  const owners = ownersOf(args);
  const used = new Map<string, string>();
  const values = Object.entries(given).map(([name, value]) => {
    const owner = owners.get(name) ?? name;
    const other = used.get(owner);
    if (other !== undefined) throw givenTwice(shown(owner), other, name);
    used.set(owner, name);
    return [owner, value] as const;
  });
  return Object.fromEntries(values);
}

function givenTwice(name: string, one: string, other: string): RegistryError {
  return new RegistryError(
    "invalid",
    `The argument ${quote(name)} is given twice, as ${quote(one)} and as ${quote(other)}: both are names of it. Give it once, as ${quote(name)}.`,
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
