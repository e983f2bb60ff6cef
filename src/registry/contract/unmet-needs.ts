import type { SectionNeed } from "../template/mustache/section-needs.ts";
import type { Contract } from "./contract.ts";

/** How a caller may give a value: not at all, as an empty text, as any other text. */
type Given = "none" | "empty" | "full";

/**
 * Returns what the new version needs and callers of the old version may not give, and the partials
 * that they may reach.
 */
export function unmetNeeds(before: Contract, after: Contract): readonly SectionNeed[] {
  const required = after.arguments
    .filter((argument) => argument.required)
    .map(({ name }): SectionNeed => ({ kind: "variable", name, sections: [] }));
  return [...required, ...after.needs].filter((need) => canBeMissed(need, before, after));
}

/**
 * Whether some values that the old version accepts show all sections of a need without meeting it.
 * May return true too often: it does not combine several needs of the old version.
 */
function canBeMissed(need: SectionNeed, before: Contract, after: Contract): boolean {
  const isVariable = need.kind === "variable";
  if (isVariable && defaultOf(after, need.name) !== undefined) return false;
  const waysTo = (name: string) => waysToMiss(need, name, before, after);
  const names = need.sections.map((section) => section.name);
  if (isVariable) names.push(need.name);
  if (names.some((name) => waysTo(name).length === 0)) return false;
  return !before.needs.some((old) => {
    if (old.kind !== need.kind || old.name !== need.name) return false;
    if (isVariable && defaultOf(before, need.name) !== undefined) return false;
    return old.sections.every(({ name, inverted }) =>
      waysTo(name).every((given) => isTrue(given, before, name) !== inverted),
    );
  });
}

/** Lists the ways to give a name in which the need's sections are shown and the need is not met. */
function waysToMiss(
  { kind, name: needed, sections }: SectionNeed,
  name: string,
  before: Contract,
  after: Contract,
): readonly Given[] {
  return waysToGive(before, name).filter((given) => {
    if (kind === "variable" && name === needed && given !== "none") return false;
    const around = sections.filter((section) => section.name === name);
    return around.every(({ inverted }) => isTrue(given, after, name) !== inverted);
  });
}

/** A placeholder such as `$1` is accepted whatever the allowed values are, so "full" is possible. */
function waysToGive({ arguments: args, uncounted }: Contract, name: string): readonly Given[] {
  const argument = args.find((it) => it.name === name);
  if (!argument) return uncounted.includes(name) ? ["none", "empty", "full"] : ["none"];
  const { required, allowed } = argument;
  return [
    ...(required ? [] : (["none"] as const)),
    ...(allowed === undefined || allowed.includes("") ? (["empty"] as const) : []),
    "full",
  ];
}

/** Whether mustache shows a section over the value. */
function isTrue(given: Given, contract: Contract, name: string): boolean {
  return given === "none" ? Boolean(defaultOf(contract, name)) : given === "full";
}

function defaultOf({ arguments: args }: Contract, name: string): string | undefined {
  return args.find((argument) => argument.name === name)?.default;
}
