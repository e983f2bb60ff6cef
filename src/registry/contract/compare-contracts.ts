import { isDeepStrictEqual } from "node:util";
import { quote } from "../errors.ts";
import { canonical, canonicalValue } from "../json.ts";
import type { TemplateSyntax } from "../template/syntax.ts";
import { argumentReasons } from "./compare-arguments.ts";
import { modelConfigReasons } from "./compare-model-configs.ts";
import type { Contract } from "./contract.ts";
import {
  type ContractChange,
  type ContractReason,
  type ContractVerdict,
  contractVerdicts,
} from "./contract-change.ts";

/** Compares the contracts of a version and its predecessor. */
export function compareContracts(before: Contract, after: Contract): ContractChange {
  const found = [
    ...valueReasons(before, after),
    ...formReasons(before, after),
    ...modelConfigReasons(before.modelConfig, after.modelConfig),
    ...wordingReasons(before, after),
    ...syntaxReasons(before, after),
  ];
  const reasons = found.toSorted((one, other) => rank(other) - rank(one));
  const verdict = reasons[0]?.effect ?? "same";
  return { verdict, line: lineOf(verdict, reasons), reasons };
}

const wording = "changes the wording";

/** The verdict for contracts that take too long to compare. */
export const uncomparable: ContractChange = {
  verdict: "unclear",
  line: "Unclear: has too many variables to compare; render it before you use it.",
  reasons: [
    {
      effect: "unclear",
      says: "has too many variables to compare; render it before you use it",
    },
  ],
};

function rank({ effect }: ContractReason): number {
  return contractVerdicts.indexOf(effect);
}

/** Compares what callers get: a text or messages, and the response format. */
function formReasons(before: Contract, after: Contract): readonly ContractReason[] {
  const reasons: ContractReason[] = [];
  const [from, to] = [before.template.kind, after.template.kind];
  if (from !== to && from !== "unreadable" && to !== "unreadable") {
    reasons.push({ effect: "breaking", says: `is a ${to} prompt, no longer a ${from} prompt` });
  }
  const change = formatChange(before, after);
  if (change !== undefined) {
    reasons.push({ effect: "breaking", says: `${change} response format` });
  } else if (formatJson(before) !== formatJson(after)) {
    reasons.push({
      effect: "compatible",
      says: "spells numbers of the response format in another way",
    });
  }
  return reasons;
}

/** The same text can mean something else in another syntax. */
function syntaxReasons(before: Contract, after: Contract): readonly ContractReason[] {
  if (before.syntax === after.syntax || !isDeepStrictEqual(before.template, after.template))
    return [];
  const says = `is read as ${syntaxNames[after.syntax]}, no longer as ${syntaxNames[before.syntax]}`;
  return [{ effect: "compatible", says }];
}

const syntaxNames: Readonly<Record<TemplateSyntax, string>> = {
  mlflow: "MLflow's own syntax",
  jinja2: "Jinja2",
  mustache: "mustache",
};

/** Another wording breaks no caller. Texts and messages are not compared with each other. */
function wordingReasons(
  { template: before }: Contract,
  { template: after }: Contract,
): readonly ContractReason[] {
  if (before.kind !== after.kind || isDeepStrictEqual(before, after)) return [];
  return [{ effect: "compatible", says: wording }];
}

function formatChange(before: Contract, after: Contract): string | undefined {
  const [from, to] = [before.responseFormat, after.responseFormat];
  if (from === undefined || to === undefined) {
    if (from === to) return undefined;
    return from === undefined ? "asks for a" : "no longer asks for a";
  }
  return canonicalValue(from) === canonicalValue(to) ? undefined : "asks for a different";
}

function formatJson({ responseFormat }: Contract): string | undefined {
  return responseFormat === undefined ? undefined : canonical(responseFormat);
}

/** Compares the accepted values. A broken version accepts none, so its successor breaks nothing. */
function valueReasons(before: Contract, after: Contract): readonly ContractReason[] {
  if (after.problem !== undefined) {
    return isDeepStrictEqual(before.template, after.template) && before.problem !== undefined
      ? []
      : [{ effect: "breaking", says: `cannot be filled in: ${oneLine(after.problem)}` }];
  }
  if (before.problem !== undefined) {
    return [{ effect: "compatible", says: "can be filled in, which was impossible before" }];
  }
  return [...argumentReasons(before, after), ...logicReasons(before, after)];
}

/**
 * Jinja2 that may fail fails for the same values as before, if both versions use the values in the
 * same ways and have the same defaults and types.
 */
function logicReasons(before: Contract, after: Contract): readonly ContractReason[] {
  const { logic } = after;
  if (!logic || logic.neverFails) return [];
  const isSameLogic = logic.shapes.every((shape) => before.logic?.shapes.includes(shape));
  if (isSameLogic && isDeepStrictEqual(readingsOf(before), readingsOf(after))) return [];
  const says = "uses its values in Jinja2 in ways that may fail; render it before you use it";
  return [{ effect: "unclear", says }];
}

/** The defaults and the types of the arguments, by name. */
function readingsOf(contract: Contract): ReadonlyMap<string, unknown> {
  return new Map(
    contract.arguments
      .filter((it) => it.default !== undefined || it.type !== undefined)
      .map((it) => [it.name, [it.default, it.type, it.isInferred]] as const),
  );
}

function lineOf(verdict: ContractVerdict, reasons: readonly ContractReason[]): string {
  const further = reasons.filter(({ effect }) => effect !== verdict).map(({ says }) => says);
  const decided = decisiveLine(verdict, reasons);
  return further.length === 0 ? decided : `${decided} It also ${further.join("; ")}.`;
}

function decisiveLine(verdict: ContractVerdict, reasons: readonly ContractReason[]): string {
  const decisive = reasons.filter(({ effect }) => effect === verdict);
  const said = decisive.map(({ says }) => says).join("; ");
  switch (verdict) {
    case "same":
      return "Same: the wording, the contract and the LLM config are unchanged.";
    case "compatible":
      return `Compatible: ${said === wording ? "wording only" : said}.`;
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
