import { isDeepStrictEqual } from "node:util";
import { quote } from "../errors.ts";
import { canonical } from "../json.ts";
import { argumentReasons } from "./compare-arguments.ts";
import type { Contract } from "./contract.ts";
import {
  type ContractChange,
  type ContractReason,
  type ContractVerdict,
  contractVerdicts,
} from "./contract-change.ts";

/** Compares a version's contract with that of the version before it. */
export function compareContracts(before: Contract, after: Contract): ContractChange {
  const isSameText = isDeepStrictEqual(before.template, after.template);
  const found = [...valueReasons(before, after), ...formReasons(before, after)];
  const reasons = found.toSorted((one, other) => rank(other) - rank(one));
  const verdict = reasons[0]?.effect ?? (isSameText ? "same" : "compatible");
  return { verdict, line: lineOf(verdict, reasons), reasons };
}

/** For contracts that take too long to compare. */
export const uncomparable: ContractChange = {
  verdict: "unclear",
  line: "Unclear: has too many variables to be compared, so fill it in before it is used.",
  reasons: [
    {
      effect: "unclear",
      says: "has too many variables to be compared, so fill it in before it is used",
    },
  ],
};

function rank({ effect }: ContractReason): number {
  return contractVerdicts.indexOf(effect);
}

/** What callers get: a text or messages, and the form of the answer that these ask for. */
function formReasons(before: Contract, after: Contract): readonly ContractReason[] {
  const reasons: ContractReason[] = [];
  const [from, to] = [before.template.kind, after.template.kind];
  if (from !== to && from !== "unreadable" && to !== "unreadable") {
    reasons.push({ effect: "breaking", says: `is a ${to} prompt, no longer a ${from} prompt` });
  }
  const change = formatChange(before, after);
  if (change !== undefined) {
    reasons.push({ effect: "breaking", says: `${change} response format` });
  }
  return reasons;
}

function formatChange(before: Contract, after: Contract): string | undefined {
  const [from, to] = [before.responseFormat, after.responseFormat];
  if (from === undefined || to === undefined) {
    if (from === to) return undefined;
    return from === undefined ? "asks for a" : "no longer asks for a";
  }
  return canonical(from) === canonical(to) ? undefined : "asks for another";
}

/** Which values fill it in. Nothing filled a broken version in, so nothing can have broken. */
function valueReasons(before: Contract, after: Contract): readonly ContractReason[] {
  if (after.problem !== undefined) {
    return isDeepStrictEqual(before.template, after.template) && before.problem !== undefined
      ? []
      : [{ effect: "breaking", says: `cannot be filled in: ${oneLine(after.problem)}` }];
  }
  if (before.problem !== undefined) {
    return [{ effect: "compatible", says: "can be filled in, which it could not be before" }];
  }
  return [...argumentReasons(before, after), ...logicReasons(before, after)];
}

/**
 * Jinja2 that may fail fails as before where it does with the values what it did before, and those
 * left out are filled in with the same.
 */
function logicReasons(before: Contract, after: Contract): readonly ContractReason[] {
  const { logic } = after;
  if (!logic || logic.neverFails) return [];
  const isSameLogic = logic.shapes.every((shape) => before.logic?.shapes.includes(shape));
  if (isSameLogic && isDeepStrictEqual(defaultsOf(before), defaultsOf(after))) return [];
  const says = "does with its values in Jinja2 what may fail, so fill it in before it is used";
  return [{ effect: "unclear", says }];
}

function defaultsOf(contract: Contract): ReadonlyMap<string, string> {
  return new Map(
    contract.arguments.flatMap(({ name, default: fallback }) =>
      fallback === undefined ? [] : [[name, fallback] as const],
    ),
  );
}

function lineOf(verdict: ContractVerdict, reasons: readonly ContractReason[]): string {
  const decisive = reasons.filter(({ effect }) => effect === verdict);
  const said = decisive.map(({ says }) => says).join("; ");
  switch (verdict) {
    case "same":
      return "Same: neither the wording nor what callers give and get changed.";
    case "compatible":
      return `Compatible: ${said || "wording only"}.`;
    case "adds_optional": {
      const names = decisive.flatMap(({ variable }) => (variable === undefined ? [] : [variable]));
      const those = names.length === 1 ? "variable" : "variables";
      return `Adds the optional ${those} ${names.map(quote).join(", ")}; callers need not change.`;
    }
    case "unclear":
      return `Unclear: ${said}.`;
    case "breaking":
      return `Breaks callers: ${said}.`;
  }
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ");
}
