import { quote } from "../../registry/errors.ts";
import { type Dataset, maxDatasetRows } from "../../registry/evaluation/datasets.ts";
import type { EvaluationRun, RunStore } from "../../registry/evaluation/runs.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import { type MeasuredResult, measure } from "../measured.ts";
import { readScorers } from "../stored-scorers.ts";

/** A run that counts, with its results on rows that the dataset has now. */
export interface Evidence {
  readonly run: EvaluationRun;
  readonly results: readonly MeasuredResult[];
}

/** What a run must be to count. */
export interface WantedEvidence {
  readonly prompt: string;
  readonly version: number;
  readonly dataset: Dataset;
  /** The rows of the dataset, as `MeasuredResult.row`. */
  readonly rows: ReadonlySet<string>;
  /** How many of them the run must have attempted. */
  readonly minRows: number;
  /** The digests of the scorers with the settings that count, by name, for the judge model of a run. */
  readonly digests: (judgeModel: string | undefined) => ReadonlyMap<string, string>;
  /** Milliseconds since 1970: an older run does not count. */
  readonly notBefore: number;
}

/** Runs of a version that are looked at, the newest first. */
const maxRuns = 100;

/**
 * Finds the newest finished run of a version that counts: made by `evaluate_prompt` on the dataset as it
 * is now, with the wanted settings, and with enough rows. Everything is read from the run and its
 * traces. Runs that are newer and do not count hide none.
 * @returns why there is none, without a period, where no run counts
 */
export async function findEvidence(
  store: RunStore,
  wanted: WantedEvidence,
  options: CallOptions,
): Promise<Evidence | { readonly problem: string }> {
  const { prompt, version, dataset } = wanted;
  const search = { prompt, version, status: "finished", limit: maxRuns } as const;
  const { items } = await store.listRuns(search, options);
  const runs = items.filter((run) => isOf(run, wanted));
  const problems: string[] = [];
  for (const run of runs) {
    const problem = problemOfRun(run, wanted);
    if (problem !== undefined) {
      problems.push(problem);
      continue;
    }
    const results = await resultsOf(store, run, wanted, options);
    const attempted = new Set(results.map(({ row }) => row)).size;
    if (attempted >= wanted.minRows) return { run, results };
    problems.push(tooFewRows(run, attempted, wanted));
  }
  const [newest] = problems;
  return {
    problem: newest ?? `version ${version} was not evaluated on the dataset ${quote(dataset.name)}`,
  };
}

/** A run of ours names one version and the dataset by its ID. */
function isOf({ prompts, dataset }: EvaluationRun, { prompt, version, ...wanted }: WantedEvidence) {
  const [only, ...others] = prompts;
  const isVersion = only?.name === prompt && only.version === version && others.length === 0;
  return isVersion && dataset?.id === wanted.dataset.id;
}

/** What can be said of a run without reading its rows. */
function problemOfRun(run: EvaluationRun, wanted: WantedEvidence): string | undefined {
  const { id, metrics, params } = run;
  const { dataset, digests, minRows, notBefore } = wanted;
  if (run.dataset?.digest !== dataset.digest) {
    return `the dataset ${quote(dataset.name)} has changed since the run ${id} of version ${wanted.version}`;
  }
  if (madeAt(run) < notBefore) {
    return `the run ${id} of version ${wanted.version} is of ${dateOf(run)}, which is older than the gate allows`;
  }
  const used = new Map(readScorers(params).map((scorer) => [scorer.name, scorer.digest]));
  for (const [name, digest] of digests(params.judge_model)) {
    const other = used.get(name);
    if (other === undefined) {
      return `the run ${id} of version ${wanted.version} has no scores of ${quote(name)}`;
    }
    if (other !== digest) {
      return `the run ${id} of version ${wanted.version} was scored by ${quote(name)} with other settings than those that the gate wants`;
    }
  }
  const attempted = metrics["rows/attempted"] ?? 0;
  return attempted < minRows ? tooFewRows(run, attempted, wanted) : undefined;
}

/** Results of rows that the dataset no longer has are left out. */
async function resultsOf(
  store: RunStore,
  { id }: EvaluationRun,
  { rows }: WantedEvidence,
  options: CallOptions,
): Promise<readonly MeasuredResult[]> {
  const results: MeasuredResult[] = [];
  for await (const page of store.resultPages(id, 10 * maxDatasetRows, options)) {
    results.push(...page.map(measure).filter(({ row }) => rows.has(row)));
  }
  return results;
}

function tooFewRows({ id }: EvaluationRun, attempted: number, wanted: WantedEvidence): string {
  return `the run ${id} of version ${wanted.version} has ${attempted} of the ${wanted.rows.size} rows of the dataset, and the gate needs ${wanted.minRows}`;
}

function madeAt({ endedAt, startedAt }: EvaluationRun): number {
  return endedAt ?? startedAt;
}

function dateOf(run: EvaluationRun): string {
  return new Date(madeAt(run)).toISOString();
}
