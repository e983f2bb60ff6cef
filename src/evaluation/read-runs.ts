import type { EvaluationStore } from "../registry/evaluation/evaluation-store.ts";
import type { EvaluationRun } from "../registry/evaluation/runs.ts";
import { isYesOrNo } from "../registry/evaluation/scores.ts";
import type { JsonObject } from "../registry/json.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";
import { type ChangedRow, ChangedRows, cut, type RowAnswer } from "./changed-rows.ts";
import { type MeasuredResult, measure } from "./measured.ts";
import type { Directions } from "./report.ts";
import type { Direction } from "./scorers/scorer.ts";
import { readScorers } from "./stored-scorers.ts";

/** A result of a run, without its texts: those of large runs do not fit into memory. */
export interface StoredResult extends MeasuredResult {
  readonly traceId: string;
}

/** A run and its results. */
export interface StoredRun {
  readonly run: EvaluationRun;
  readonly results: readonly StoredResult[];
}

/** Results that are read of one run. */
export const maxResults = 10_000;

export async function readRun(
  store: EvaluationStore,
  runId: string,
  options: CallOptions,
): Promise<StoredRun> {
  const run = await store.getRun(runId, options);
  const results: StoredResult[] = [];
  for await (const page of store.resultPages(runId, maxResults, options)) {
    results.push(...page.map((result) => ({ ...measure(result), traceId: result.traceId })));
  }
  return { run, results };
}

/**
 * Which scores are good, as the runs say. MLflow's own runs do not say it: there more yes is better, and
 * of other scores nothing is known.
 */
export function directionsOf(runs: readonly StoredRun[]): Directions {
  const directions = new Map<string, Direction>();
  for (const { results } of runs) {
    for (const [name, { value }] of results.flatMap(({ scores }) => [...scores])) {
      if (value !== undefined && isYesOrNo(value)) directions.set(name, "higher");
    }
  }
  for (const { run } of runs) {
    for (const { name, direction } of readScorers(run.params)) directions.set(name, direction);
  }
  return directions;
}

/** The rows whose scores differ most between the first run and the others, without their texts. */
export function changedBetween(
  [baseline, ...candidates]: readonly StoredRun[],
  directions: Directions,
  most: number,
): readonly ChangedRow[] {
  const scorers = [...directions].map(([name, direction]) => ({ name, direction }));
  const changed = new ChangedRows(scorers, most);
  if (baseline === undefined) return [];
  const before = new Map(baseline.results.map((result) => [result.row, result]));
  for (const candidate of candidates) {
    for (const result of candidate.results) {
      const other = before.get(result.row);
      if (other === undefined) continue;
      changed.add({}, answerOf(baseline, other), answerOf(candidate, result));
    }
  }
  return changed.list();
}

function answerOf({ run }: StoredRun, { traceId, scores }: StoredResult) {
  return {
    version: run.prompts[0]?.version ?? 0,
    runId: run.id,
    traceId,
    output: "",
    scores: [...scores].map(([scorer, { value }]) => ({
      scorer,
      ...(value === undefined ? {} : { value }),
    })),
  };
}

/** Reads the inputs, the answers and the reasons of rows that `changedBetween` found. */
export async function readChanged(
  store: EvaluationStore,
  rows: readonly ChangedRow[],
  options: CallOptions,
): Promise<readonly ChangedRow[]> {
  const read: ChangedRow[] = [];
  for (const { change, ...row } of rows) {
    const { answer: baseline, inputs } = await readAnswer(store, row.baseline, options);
    const { answer: candidate } = await readAnswer(store, row.candidate, options);
    read.push({ inputs, change, baseline, candidate });
  }
  return read;
}

async function readAnswer(
  store: EvaluationStore,
  known: RowAnswer,
  options: CallOptions,
): Promise<{ readonly answer: RowAnswer; readonly inputs: JsonObject }> {
  const { runId = "", traceId = "" } = known;
  const { inputs, output = "", scores } = await store.readResult(runId, traceId, options);
  return { inputs, answer: cut({ ...known, output, scores }) };
}
