import { maxDatasetRows } from "../registry/evaluation/datasets.ts";
import type { EvaluationStore } from "../registry/evaluation/evaluation-store.ts";
import type { NewRun } from "../registry/evaluation/runs.ts";
import type { JsonObject } from "../registry/json.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";
import type { Target } from "./answer-row.ts";
import { digestOf } from "./digest.ts";
import type { Evaluation } from "./evaluation.ts";
import { type MeasuredResult, measure } from "./measured.ts";
import { RunWriter } from "./run-writer.ts";
import { writeScorers } from "./stored-scorers.ts";

/** The run of one version, and what an interrupted call left in it. */
export interface OpenRun {
  readonly writer: RunWriter;
  /** What is measured of the results, by row key. Their texts stay in the store. */
  readonly kept: ReadonlyMap<string, MeasuredResult>;
}

/** Finds the interrupted run with the same plan, or starts one. */
export async function openRun(
  store: EvaluationStore,
  run: NewRun,
  options: CallOptions,
): Promise<OpenRun> {
  const { items } = await store.listRuns(
    { prompt: run.prompt.name, plan: run.plan, status: "running", limit: 1 },
    options,
  );
  const [found] = items;
  if (found === undefined) {
    const runId = await store.startRun(run, options);
    return { writer: new RunWriter(store, runId), kept: new Map() };
  }
  const kept = new Map<string, MeasuredResult>();
  for await (const page of store.resultPages(found.id, 10 * maxDatasetRows, options)) {
    for (const result of page) {
      if (result.rowKey !== undefined) kept.set(result.rowKey, measure(result));
    }
  }
  return { writer: new RunWriter(store, found.id), kept };
}

/** Describes the run of one version. */
export function newRun(
  evaluation: Evaluation,
  { fillable: { version }, request }: Target,
  { user, baselineRunId }: Pick<NewRun, "user" | "baselineRunId">,
): NewRun {
  const { dataset, rows, scorers, repeats, judgeModel, versions } = evaluation;
  const { name } = version;
  const judges = scorers.some(({ judgeCalls }) => judgeCalls > 0);
  const settings: JsonObject = {
    model: request.model,
    parameters: request.parameters,
    repeats,
    ...(judges ? { judgeModel } : {}),
    scorers: scorers.map(({ name: scorer, digest }) => [scorer, digest]),
  };
  const plan: JsonObject = {
    settings,
    version: [name, version.version, version.createdAt],
    // Scores of a comparison depend on the version that is compared with.
    baseline: versions[0]?.version ?? null,
    rows: rows.map(({ inputs, expectations }) => [inputs, expectations]),
  };
  return {
    name: `${name}/${version.version} on ${dataset.name}`.slice(0, 250),
    prompt: { name, version: version.version },
    plan: planDigest(plan),
    dataset,
    params: {
      model: request.model,
      ...(judges ? { judge_model: judgeModel } : {}),
      scorers: writeScorers(scorers),
      repeats: String(repeats),
      dataset_rows: String(rows.length),
      settings_digest: planDigest(settings),
    },
    startedAt: Date.now(),
    ...(user === undefined ? {} : { user }),
    ...(baselineRunId === undefined ? {} : { baselineRunId }),
  };
}

/** Half of a digest tells plans apart. */
function planDigest(value: JsonObject): string {
  return digestOf(value).slice(0, 32);
}
