import type { CriteriaOf } from "../../evaluation/finish-runs.ts";
import { givenScorers } from "../../evaluation/gate/gate-scorers.ts";
import { qualityCriteriaOf } from "../../evaluation/gate/quality-criteria.ts";
import { quote, RegistryError } from "../../registry/errors.ts";
import type { Dataset } from "../../registry/evaluation/datasets.ts";
import {
  aliasesOf,
  allGates,
  datasetOf,
  type Gate,
  gateTag,
  guards,
} from "../../registry/evaluation/gate/gate.ts";
import { canonicalValue, type JsonObject } from "../../registry/json.ts";
import type { Prompt } from "../../registry/types.ts";
import { findAliasedVersion } from "../../registry/versions/served-version.ts";
import type { Call } from "../../session/call.ts";
import type { Session } from "../../session/session.ts";
import { type GateCheck, judge } from "./gate.ts";

/**
 * The gates of a prompt, its own and those of the operator, that want an evaluation on a dataset.
 * @throws RegistryError `unreadable` for a gate that cannot be read
 */
export function gatesOn(
  policy: Pick<Session, "promotionGates">,
  prompt: Pick<Prompt, "name" | "tags">,
  { id, name }: Pick<Dataset, "id" | "name">,
): readonly Gate[] {
  const { gates, problem } = allGates(prompt, policy);
  if (problem !== undefined) {
    throw new RegistryError(
      "unreadable",
      `The gate of ${quote(prompt.name)} (its tag ${gateTag}) cannot be read: ${problem}. Set a correct one with update_prompt and gate.`,
      { prompt: prompt.name },
    );
  }
  return gates.filter((gate) => {
    const wanted = datasetOf(gate, prompt.name);
    return wanted === id || wanted === name;
  });
}

/**
 * What runs get, so that MLflow shows a verdict: the criteria of the prompt's gates on their dataset.
 * None where there are no gates, and where the gate cannot be read, which an evaluation need not know.
 * @param dataset without an ID: the rows came with the call, and no gate is on them
 */
export async function runCriteria(
  session: Session,
  name: string,
  { id, name: datasetName }: { readonly id?: string; readonly name: string },
  call: Call,
): Promise<CriteriaOf> {
  if (id === undefined) return () => undefined;
  const prompt = await session.registry.getPrompt(name, call);
  const { gates } = allGates(prompt, session);
  return (version, metrics) =>
    qualityCriteriaOf(gates, { id, name: datasetName }, name, (gate) =>
      aliasesOf(gate).flatMap((alias) => {
        const served = findAliasedVersion(prompt, alias);
        const before = served === undefined || served === version ? undefined : metrics.get(served);
        return before === undefined ? [] : [before];
      }),
    );
}

/** The scorers that gates want, as evaluate_prompt takes them, each once. */
export function scorersOfGates(gates: readonly Gate[]): readonly (string | JsonObject)[] {
  const all = gates.flatMap(givenScorers).map((one) => [canonicalValue(one), one] as const);
  return [...new Map(all).values()];
}

/**
 * What gates say of a version, by the alias that they guard, as `set_prompt_alias` would say it. What it
 * is compared with is the version that the alias points at.
 */
export async function checkVersion(
  session: Session,
  prompt: Prompt,
  gates: readonly Gate[],
  version: number,
  call: Call,
): Promise<ReadonlyMap<string, GateCheck>> {
  const checks = new Map<string, GateCheck>();
  for (const alias of new Set(gates.flatMap(aliasesOf))) {
    const guarding = gates.filter((gate) => guards(gate, alias));
    const target = findAliasedVersion(prompt, alias);
    const previous = target === version ? undefined : target;
    const move = { alias, version, previous, departure: undefined };
    checks.set(alias, await judge(session, prompt, guarding, move, call));
  }
  return checks;
}
