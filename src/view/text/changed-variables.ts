import type { Answer } from "../connection/tools.ts";
import { type ChangedValue, changedValues } from "./changed-values.ts";

export type Argument = Answer<"load_prompt">["arguments"][number];

/** What happened to a variable. */
export type ChangedVariable =
  | { readonly kind: "added" | "removed" | "same"; readonly variable: Argument }
  | {
      readonly kind: "changed";
      readonly variable: Argument;
      /** By the keys of an argument: `required`, `type`, `description` … */
      readonly facts: readonly ChangedValue[];
    };

const order = ["removed", "added", "changed", "same"] as const;

/** The variables of two versions: what callers no longer give comes first. */
export function changedVariables(
  before: readonly Argument[],
  after: readonly Argument[],
): readonly ChangedVariable[] {
  const old = new Map(before.map((variable) => [variable.name, variable]));
  const now = new Map(after.map((variable) => [variable.name, variable]));
  const kept = after.map((variable): ChangedVariable => {
    const former = old.get(variable.name);
    if (former === undefined) return { kind: "added", variable };
    const facts = changedValues(former, variable);
    return facts.length === 0 ? { kind: "same", variable } : { kind: "changed", variable, facts };
  });
  const gone = before
    .filter(({ name }) => !now.has(name))
    .map((variable): ChangedVariable => ({ kind: "removed", variable }));
  const all = [...gone, ...kept];
  return order.flatMap((kind) => all.filter((one) => one.kind === kind));
}
