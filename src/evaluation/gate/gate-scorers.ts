import { RegistryError } from "../../registry/errors.ts";
import type { Gate } from "../../registry/evaluation/gate/gate.ts";
import type { RunStore } from "../../registry/evaluation/runs.ts";
import type { JsonObject } from "../../registry/json.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import { registeredFor } from "../scorers/registered-for.ts";
import { resolveScorers } from "../scorers/resolve-scorers.ts";
import type { Direction } from "../scorers/scorer.ts";
import { type ScorerSpec, scorerSpec } from "../scorers/scorer-spec.ts";

/** The scorers of a gate, with the settings that count. */
export interface GateScorers {
  readonly directions: ReadonlyMap<string, Direction>;
  /** Digests by name. @param judgeModel that a run used; a judge model of the gate precedes it */
  readonly digests: (judgeModel: string | undefined) => ReadonlyMap<string, string>;
}

/** Resolves the scorers of a gate. @throws RegistryError `invalid` for one that there is not */
export async function gateScorers(
  store: RunStore,
  gate: Gate,
  options: CallOptions,
): Promise<GateScorers> {
  const specs = givenScorers(gate).map(parseSpec);
  const registered = await registeredFor(store, specs, options);
  const resolve = (judgeModel = "") =>
    resolveScorers(specs, registered, { judgeModel: gate.judge_model ?? judgeModel });
  return {
    directions: new Map(resolve().map(({ name, direction }) => [name, direction])),
    digests: (judgeModel) => new Map(resolve(judgeModel).map(({ name, digest }) => [name, digest])),
  };
}

/** The scorers of a gate as evaluate_prompt takes them. */
export function givenScorers({ scorers = {} }: Gate): readonly (string | JsonObject)[] {
  return Object.entries(scorers).map(([name, { scorer }]) =>
    scorer === undefined ? name : { ...scorer, name },
  );
}

function parseSpec(given: string | JsonObject): ScorerSpec {
  const parsed = scorerSpec.safeParse(given);
  if (parsed.success) return parsed.data;
  const name = typeof given === "string" ? given : given.name;
  const [issue] = parsed.error.issues;
  const where = issue?.path.map(String).join(".");
  throw new RegistryError(
    "invalid",
    `The settings of the scorer ${JSON.stringify(name)} are wrong: ${where ? `${where}: ` : ""}${issue?.message}.`,
  );
}
