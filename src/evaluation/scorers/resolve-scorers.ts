import { listFirst, quote, RegistryError } from "../../registry/errors.ts";
import { codeScorer } from "../../registry/evaluation/scorers/code-scorer.ts";
import { codeScorerOf } from "./code-scorers.ts";
import { judgeScorer, judgeSpec } from "./judges/judge-scorers.ts";
import { type RegisteredScorer, registeredScorer } from "./registered.ts";
import type { Scorer } from "./scorer.ts";
import { knownNames, type ScorerSpec } from "./scorer-spec.ts";

/**
 * Makes scorers of what a caller names.
 * @param registered those of MLflow, for names that are none of ours
 * @throws RegistryError `invalid` for an unknown name, and for a name that is used twice
 */
export function resolveScorers(
  specs: readonly ScorerSpec[],
  registered: readonly RegisteredScorer[],
  { judgeModel }: { readonly judgeModel: string },
): readonly Scorer[] {
  const scorers = specs.map((spec) => resolve(spec, registered, judgeModel));
  const twice = scorers.find(
    ({ name }, index) => scorers.findIndex((other) => other.name === name) < index,
  );
  if (twice === undefined) return scorers;
  throw new RegistryError(
    "invalid",
    `Nothing was evaluated: two scorers are named ${quote(twice.name)}. Give one of them another name.`,
  );
}

function resolve(
  spec: ScorerSpec,
  registered: readonly RegisteredScorer[],
  judgeModel: string,
): Scorer {
  if (typeof spec !== "string") {
    const own = judgeSpec.safeParse(spec);
    return own.success ? judgeScorer(own.data, judgeModel) : codeScorerOf(codeScorer.parse(spec));
  }
  const judge = judgeSpec.safeParse({ type: spec });
  if (judge.success) return judgeScorer(judge.data, judgeModel);
  const code = codeScorer.safeParse({ type: spec });
  if (code.success) return codeScorerOf(code.data);
  const one = registered.find(({ name }) => name === spec);
  if (one !== undefined) return registeredScorer(one, judgeModel);
  throw unknown(spec, registered);
}

function unknown(name: string, registered: readonly RegisteredScorer[]): RegistryError {
  const names = [...knownNames, ...registered.map((scorer) => scorer.name)];
  return new RegistryError(
    "invalid",
    `Nothing was evaluated: there is no scorer ${quote(name)}. Those that need no settings: ${listFirst(names, ", ", 50)}.`,
  );
}
