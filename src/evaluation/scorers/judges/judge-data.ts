import { isYesOrNo } from "../../../registry/evaluation/scores.ts";
import type { JsonObject, JsonValue } from "../../../registry/json.ts";
import type { ScoredCase } from "../scorer.ts";
import type { JudgeValues } from "./judge-prompt.ts";

/** The member of a row's expectations; undefined where there is none. JSON's null is none. */
function expected({ expectations }: ScoredCase, key: string): JsonValue | undefined {
  return expectations[key] ?? undefined;
}

export function answerData({ inputs, output }: ScoredCase): JsonObject {
  return { inputs, outputs: output };
}

/** The answer with what the row expects under the keys; undefined when it expects nothing there. */
export function expectedData(scored: ScoredCase, keys: readonly string[]): JsonObject | undefined {
  const found = keys.flatMap((key) => {
    const value = expected(scored, key);
    return value === undefined ? [] : [[key, value] as const];
  });
  return found.length === 0 ? undefined : { ...answerData(scored), ...Object.fromEntries(found) };
}

/** The answer with its context, which stands in the expectations or is an input of the prompt. */
export function contextData(scored: ScoredCase): JsonObject | undefined {
  const context = expected(scored, "context") ?? scored.inputs.context ?? undefined;
  return context === undefined ? undefined : { ...answerData(scored), context };
}

/**
 * The answer with everything that the row expects, except a verdict under the judge's own name: people
 * gave it, and a judge that sees it only repeats it.
 */
export function wholeRow(scored: ScoredCase, judge: string, values: JudgeValues): JsonObject {
  const { [judge]: own, ...others } = scored.expectations;
  const expectations = isVerdict(own, values) ? others : scored.expectations;
  const isEmpty = Object.keys(expectations).length === 0;
  return { ...answerData(scored), ...(isEmpty ? {} : { expectations }) };
}

function isVerdict(expected: JsonValue | undefined, values: JudgeValues): boolean {
  if (typeof expected !== "string" && typeof expected !== "boolean") return false;
  if (values.kind === "yes_no") return isYesOrNo(expected);
  return values.kind === "texts" && values.texts.some((text) => text === expected);
}
