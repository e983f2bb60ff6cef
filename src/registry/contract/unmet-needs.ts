import { LosslessNumber } from "lossless-json";
import { isJsonObject, type JsonValue } from "../json.ts";
import type { SectionNeed } from "../template/mustache/section-needs.ts";
import { defaultValue } from "./argument-values.ts";
import type { PromptArgument } from "./arguments.ts";
import type { Contract } from "./contract.ts";
import { readValue } from "./value-types.ts";

/** How a caller may give a value: what it is read as by both versions; undefined where it is missing. */
interface Given {
  readonly isGiven: boolean;
  readonly before: JsonValue | undefined;
  readonly after: JsonValue | undefined;
}

/** One text for each way in which the types read a text, as far as a section shows it. */
const texts = ["", "x", "true", "false", "1", "0", "0.0", "[]", '["a"]', "[{}]", "{}"];

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
  const waysTo = memoizeByName((name) => waysToMiss(need, name, before, after));
  const names = need.sections.map((section) => section.name);
  if (isVariable) names.push(need.name);
  if (names.some((name) => waysTo(name).length === 0)) return false;
  return !before.needs.some((old) => {
    if (old.kind !== need.kind || old.name !== need.name) return false;
    if (isVariable && defaultOf(before, need.name) !== undefined) return false;
    return old.sections.every(({ name, inverted }) =>
      waysTo(name).every(
        ({ before: value }) =>
          isShown(value) !== inverted && (inverted || !isVariable || !hasMembers(value)),
      ),
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
  return waysToGive(before, after, name).filter(({ isGiven, after: value }) => {
    if (kind === "variable" && name === needed && isGiven) return false;
    const around = sections.filter((section) => section.name === name);
    return around.every(
      ({ inverted }) =>
        isShown(value) !== inverted && (inverted || kind === "partial" || !hasMembers(value)),
    );
  });
}

/** A placeholder such as `$1` is accepted whatever the allowed values are. */
function waysToGive(before: Contract, after: Contract, name: string): readonly Given[] {
  const [old, now] = [argumentOf(before, name), argumentOf(after, name)];
  const missing = {
    isGiven: false,
    before: fillingOf(old, undefined),
    after: fillingOf(now, undefined),
  };
  if (!old && !before.uncounted.includes(name)) return [missing];
  const given = [...(old?.allowed ?? texts), "$1"].flatMap((text): Given[] => {
    const value = fillingOf(old, text);
    return value === undefined
      ? []
      : [{ isGiven: true, before: value, after: fillingOf(now, text) }];
  });
  return old?.required ? given : [missing, ...given];
}

/** What a text given for an argument, or its absence, is filled in as; undefined where it is missing. */
function fillingOf(
  argument: PromptArgument | undefined,
  text: string | undefined,
): JsonValue | undefined {
  if (!argument) return text;
  const read = text === undefined ? undefined : readValue(argument, text);
  if (read && "value" in read) return read.value;
  const isMissing = read === undefined || "isEmpty" in read;
  if (!isMissing || argument.default === undefined) return undefined;
  return defaultValue(argument, argument.default);
}

/** Whether mustache shows a section over the value. */
function isShown(value: JsonValue | undefined): boolean {
  if (value instanceof LosslessNumber) return Number(value.value) !== 0;
  return Boolean(value) && !(Array.isArray(value) && value.length === 0);
}

/** Whether no variable is missing in a section over the value: its members decide there. */
function hasMembers(value: JsonValue | undefined): boolean {
  if (Array.isArray(value)) return value.length > 0 && value.every(isJsonObject);
  return value !== undefined && isJsonObject(value);
}

function argumentOf(contract: Contract, name: string): PromptArgument | undefined {
  return contract.arguments.find((argument) => argument.name === name);
}

function defaultOf(contract: Contract, name: string): string | undefined {
  return argumentOf(contract, name)?.default;
}

function memoizeByName<Result>(compute: (name: string) => Result): (name: string) => Result {
  const results = new Map<string, Result>();
  return (name) => {
    const result = results.get(name) ?? compute(name);
    results.set(name, result);
    return result;
  };
}
