import { quote } from "../errors.ts";
import { givableNames, ownersOf, safeArgumentNames } from "./argument-names.ts";
import type { Contract } from "./contract.ts";
import type { ContractReason } from "./contract-change.ts";

/** The older contract in the names of the newer one, and what the new names mean for callers. */
export interface Renamed {
  readonly before: Contract;
  readonly reasons: readonly ContractReason[];
}

/**
 * Follows the names of the older version to the arguments of the newer one. A value that is given
 * under an alias fills in its argument, so a renamed argument with the old name as alias is the same
 * argument for callers.
 */
export function followRenames(before: Contract, after: Contract): Renamed {
  const owners = ownersIn(after);
  const kept = new Set([...after.arguments.map(({ name }) => name), ...after.uncounted]);
  const aliased = new Map(
    after.arguments.flatMap(({ name, aliases = [] }) =>
      aliases.map((alias) => [alias, name] as const),
    ),
  );
  const old = [...new Set([...before.arguments.map(({ name }) => name), ...before.uncounted])];
  const renames = new Map(
    old.flatMap((name) => {
      const owner = kept.has(name) ? undefined : aliased.get(name);
      return owner === undefined ? [] : [[name, owner] as const];
    }),
  );
  const rename = (name: string): string => renames.get(name) ?? name;
  return {
    before: renameAll(before, rename),
    reasons: [
      ...mergedReasons(old, rename),
      ...strayReasons(before, after, owners, rename),
      ...[...renames].map(([name, owner]): ContractReason => {
        const says = `renames ${quote(name)} to ${quote(owner)}, and still accepts ${quote(name)}`;
        return { effect: "compatible", variable: owner, says };
      }),
    ],
  };
}

/** Maps every name that a client may use to the name whose value it gives. */
function ownersIn({ arguments: args, uncounted }: Contract): ReadonlyMap<string, string> {
  return new Map([...uncounted.map((name) => [name, name] as const), ...ownersOf(args)]);
}

function renameAll(contract: Contract, rename: (name: string) => string): Contract {
  return {
    ...contract,
    arguments: contract.arguments.map((it) => {
      const name = rename(it.name);
      return name === it.name ? it : { ...it, name, aliases: [...(it.aliases ?? []), it.name] };
    }),
    uncounted: contract.uncounted.map(rename),
    needs: contract.needs.map((need) => ({
      ...need,
      name: need.kind === "variable" ? rename(need.name) : need.name,
      sections: need.sections.map((section) => ({ ...section, name: rename(section.name) })),
    })),
  };
}

/** Two names that callers could give at once are one argument now, and giving it twice is an error. */
function mergedReasons(
  old: readonly string[],
  rename: (name: string) => string,
): readonly ContractReason[] {
  const first = new Map<string, string>();
  return old.flatMap((name): ContractReason[] => {
    const owner = rename(name);
    const other = first.get(owner);
    first.set(owner, other ?? name);
    if (other === undefined) return [];
    const says = `takes ${quote(other)} and ${quote(name)} as one value`;
    return [{ effect: "breaking", variable: owner, says }];
  });
}

/** A name that clients used for one argument must not give the value of another. */
function strayReasons(
  before: Contract,
  after: Contract,
  owners: ReadonlyMap<string, string>,
  rename: (name: string) => string,
): readonly ContractReason[] {
  const safeBefore = safeArgumentNames(givableNames(before.arguments));
  const spelled = new Map([...safeBefore].map(([name, safe]) => [safe, name]));
  const safeAfter = safeArgumentNames(givableNames(after.arguments));
  return [...ownersIn(before)].flatMap(([used, name]): ContractReason[] => {
    const expected = rename(name);
    const actual = owners.get(used);
    // A name that is gone is another reason.
    if (!owners.has(expected) || actual === expected) return [];
    const own = spelled.get(used);
    const now = safeAfter.get(expected);
    const says =
      own !== undefined && own !== used && now !== undefined
        ? `offers ${quote(expected)} to clients as ${quote(now)}, no longer as ${quote(used)}`
        : actual === undefined
          ? `no longer accepts ${quote(used)} for ${quote(expected)}`
          : `takes ${quote(used)} as ${quote(actual)}, no longer as ${quote(expected)}`;
    return [{ effect: "breaking", variable: expected, says }];
  });
}
