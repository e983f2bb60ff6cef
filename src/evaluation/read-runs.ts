import type { EvaluationStore } from "../registry/evaluation/evaluation-store.ts";
import type { EvaluationRun, ReadResult } from "../registry/evaluation/runs.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";
import { ChangedRows } from "./changed-rows.ts";
import { type MeasuredResult, measure } from "./measured.ts";
import type { Directions } from "./report.ts";
import type { Direction } from "./scorers/scorer.ts";
import { readScorers } from "./stored-scorers.ts";

/** A run and its results. */
export interface StoredRun {
  readonly run: EvaluationRun;
  readonly stored: readonly ReadResult[];
  readonly results: readonly MeasuredResult[];
}

/** Results that are read of one run. */
export const maxResults = 10_000;

export async function readRun(
  store: EvaluationStore,
  runId: string,
  options: CallOptions,
): Promise<StoredRun> {
  const run = await store.getRun(runId, options);
  const stored = await store.readResults(runId, maxResults, options);
  return { run, stored, results: stored.map(measure) };
}

/**
 * Which scores are good, as the runs say. MLflow's own runs do not say it: there more yes is better, and
 * of other scores nothing is known.
 */
export function directionsOf(runs: readonly StoredRun[]): Directions {
  const directions = new Map<string, Direction>();
  for (const { results } of runs) {
    for (const [name, { value, number }] of results.flatMap(({ scores }) => [...scores])) {
      const isYesOrNo = number !== undefined && typeof value !== "number";
      if (!directions.has(name) && isYesOrNo) directions.set(name, "higher");
    }
  }
  for (const { run } of runs) {
    for (const { name, direction } of readScorers(run.params)) directions.set(name, direction);
  }
  return directions;
}

/** The rows whose scores differ most between the first run and the others. */
export function changedBetween(
  [baseline, ...candidates]: readonly StoredRun[],
  directions: Directions,
  most: number,
) {
  const scorers = [...directions].map(([name, direction]) => ({ name, direction }));
  const changed = new ChangedRows(scorers, most);
  if (baseline === undefined) return changed;
  const rowOf = ({ results }: StoredRun, index: number) => results[index]?.row ?? "";
  const before = new Map(baseline.stored.map((result, index) => [rowOf(baseline, index), result]));
  for (const candidate of candidates) {
    for (const [index, result] of candidate.stored.entries()) {
      const other = before.get(rowOf(candidate, index));
      if (other === undefined) continue;
      changed.add(result.inputs, answerOf(baseline, other), answerOf(candidate, result));
    }
  }
  return changed;
}

function answerOf({ run }: StoredRun, { traceId, output = "", scores }: ReadResult) {
  const version = run.prompts[0]?.version ?? 0;
  return { version, runId: run.id, traceId, output, scores };
}
