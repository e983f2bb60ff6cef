import { isDeepStrictEqual } from "node:util";
import { quote } from "../errors.ts";
import type { SectionNeed } from "../template/mustache/section-needs.ts";
import { foldAllowed, wholeObjects } from "./argument-values.ts";
import type { PromptArgument } from "./arguments.ts";
import { typeReasons } from "./compare-types.ts";
import type { Contract } from "./contract.ts";
import type { ContractReason } from "./contract-change.ts";
import { followRenames } from "./renames.ts";
import { unmetNeeds } from "./unmet-needs.ts";

/** Compares the names, and the required, optional and allowed values of the two versions. */
export function argumentReasons(older: Contract, after: Contract): readonly ContractReason[] {
  const { before, reasons } = followRenames(older, after);
  const needed = unmetNeeds(before, after).map((need) => needReason(need, before));
  const unmet = new Set(needed.map(({ variable }) => variable));
  const added = after.arguments.filter(({ name }) => !argumentOf(before, name));
  const removed = namesTaken(before).filter((name) => !namesTaken(after).includes(name));
  const [fresh] = added;
  const renamed = removed.length === 1 && added.length === 1 ? fresh?.name : undefined;
  return [
    ...new Map(needed.map((reason) => [reason.says, reason])).values(),
    ...removed.map((name) => removedReason(name, renamed)),
    ...objectReasons(before, after),
    ...after.arguments.flatMap((argument) => allowedReasons(argument, before)),
    ...[...after.arguments, ...wholeObjects(after)].flatMap((argument) =>
      typeReasons(argumentBefore(before, argument.name), argument),
    ),
    ...reasons,
    ...added
      .filter(({ name, required }) => !required && !unmet.has(name))
      .map(({ name }) =>
        reason("adds_optional", name, `adds the optional variable ${quote(name)}`),
      ),
    ...after.arguments.flatMap((argument) =>
      laxerReasons(argument, argumentOf(before, argument.name)),
    ),
  ];
}

function needReason({ kind, name, sections }: SectionNeed, before: Contract): ContractReason {
  const places = sections.map(
    (section) => `${quote(section.name)} is ${section.inverted ? "left out" : "given"}`,
  );
  const where = places.length === 0 ? "" : ` where ${places.join(" and ")}`;
  if (kind === "partial") {
    const says = `includes the partial ${quote(name)}, which is not supported${where}`;
    return { effect: "breaking", says };
  }
  if (where !== "") return reason("breaking", name, `requires ${quote(name)}${where}`);
  const says = argumentOf(before, name)
    ? `requires ${quote(name)}, which was optional`
    : `requires the new variable ${quote(name)}`;
  return reason("breaking", name, says);
}

/** Values without an argument are refused. One added for one removed argument may be its new name. */
function removedReason(name: string, renamed: string | undefined): ContractReason {
  const guess = renamed === undefined ? "" : ` (renamed to ${quote(renamed)}?)`;
  return reason("breaking", name, `no longer accepts ${quote(name)}${guess}`);
}

function allowedReasons(
  { name, allowed }: PromptArgument,
  before: Contract,
): readonly ContractReason[] {
  if (!namesTaken(before).includes(name)) return [];
  const old = argumentOf(before, name)?.allowed;
  if (allowed === undefined) {
    if (old === undefined) return [];
    return [reason("compatible", name, `accepts any value for ${quote(name)}`)];
  }
  if (old === undefined) {
    return [reason("breaking", name, `accepts only ${list(allowed)} for ${quote(name)}`)];
  }
  const folded = new Set(allowed.map(foldAllowed));
  const lost = old.filter((value) => !folded.has(foldAllowed(value)));
  if (lost.length > 0) {
    return [reason("breaking", name, `no longer accepts ${list(lost)} for ${quote(name)}`)];
  }
  const gained = allowed.filter((value) => !old.includes(value));
  if (gained.length === 0) return [];
  return [reason("compatible", name, `also accepts ${list(gained)} for ${quote(name)}`)];
}

/** Lists changes that affect no caller. */
function laxerReasons(
  argument: PromptArgument,
  old: PromptArgument | undefined,
): readonly ContractReason[] {
  if (!old) return [];
  const { name, required, default: fallback } = argument;
  const reasons: ContractReason[] = [];
  if (old.required && !required) {
    reasons.push(reason("compatible", name, `no longer requires ${quote(name)}`));
  }
  if (!required && !old.required && old.default !== fallback) {
    const says =
      fallback === undefined
        ? `no longer has a default for ${quote(name)}`
        : `has the default ${quote(fallback)} for ${quote(name)}`;
    reasons.push(reason("compatible", name, says));
  }
  const { aliases = [] } = argument;
  const added = aliases.filter((alias) => !old.aliases?.includes(alias));
  if (added.length > 0) {
    reasons.push(reason("compatible", name, `also accepts ${quote(name)} as ${list(added)}`));
  }
  if (old.description !== argument.description) {
    const says =
      argument.description === undefined
        ? `no longer describes ${quote(name)}`
        : old.description === undefined
          ? `now describes ${quote(name)}`
          : `describes ${quote(name)} differently`;
    reasons.push(reason("compatible", name, says));
  }
  return reasons;
}

/** Members of an object were also accepted together, as the object. */
function objectReasons(before: Contract, after: Contract): readonly ContractReason[] {
  const taken = new Set(namesTaken(after));
  const lost = before.objects.filter(
    (name) => taken.has(name) && (!after.objects.includes(name) || isRetyped(name, before, after)),
  );
  return lost.map((name) =>
    reason("breaking", name, `no longer takes ${quote(name)} as an object`),
  );
}

/** Whether a text that was read as an object no longer is, although its members are arguments. */
function isRetyped(name: string, before: Contract, after: Contract): boolean {
  const [old, now] = [argumentOf(before, name), argumentOf(after, name)];
  if (!now || now.type === "object") return false;
  return !old || !isDeepStrictEqual(old.type, now.type);
}

/** What takes a name's value; undefined for a name that is not taken. */
function argumentBefore(before: Contract, name: string): PromptArgument | undefined {
  const isUncounted = before.uncounted.includes(name) && !before.objects.includes(name);
  const others = isUncounted ? [{ name, required: false }] : wholeObjects(before);
  return argumentOf(before, name) ?? others.find((other) => other.name === name);
}

function reason(effect: ContractReason["effect"], variable: string, says: string): ContractReason {
  return { effect, variable, says };
}

function argumentOf({ arguments: args }: Contract, name: string): PromptArgument | undefined {
  return args.find((argument) => argument.name === name);
}

function namesTaken({ arguments: args, uncounted, objects }: Contract): readonly string[] {
  return [...new Set([...args.map(({ name }) => name), ...uncounted, ...objects])];
}

function list(values: readonly string[]): string {
  return values.map(quote).join(", ");
}
