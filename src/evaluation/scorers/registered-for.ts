import type { RunStore } from "../../registry/evaluation/runs.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { RegisteredScorer } from "./registered.ts";
import { namesRegistered, type ScorerSpec } from "./scorer-spec.ts";

/** The scorers that are registered in MLflow; read only where a spec may name one. */
export async function registeredFor(
  store: RunStore | undefined,
  specs: readonly ScorerSpec[],
  options: CallOptions,
): Promise<readonly RegisteredScorer[]> {
  return specs.some(namesRegistered) ? ((await store?.listScorers(options)) ?? []) : [];
}
