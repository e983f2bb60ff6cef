import { setMaxListeners } from "node:events";
import pMap from "p-map";
import { withTimeLimit } from "../registry/concurrency/time-limit.ts";
import { RegistryError } from "../registry/errors.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";
import type { Call } from "../session/call.ts";
import type { Session } from "../session/session.ts";
import type { Asking, Target } from "./answer-row.ts";
import { type ChangedRow, ChangedRows } from "./changed-rows.ts";
import { checkEvaluation } from "./check-evaluation.ts";
import { evaluateUnit, toReadResult, type Unit, type VersionState } from "./evaluate-unit.ts";
import type { Evaluation } from "./evaluation.ts";
import { newRun, openRun } from "./evaluation-runs.ts";
import { fillable } from "./fill-version.ts";
import { alreadyRunning } from "./in-progress.ts";
import { longestCallMs, tookTooLong } from "./limits.ts";
import { type MeasuredResult, measure } from "./measured.ts";
import { Progress } from "./progress.ts";
import { versionRequest } from "./version-request.ts";

/** What became of one version. */
export interface EvaluatedVersion {
  readonly version: number;
  readonly model: string;
  /** Absent when nothing is stored. */
  readonly runId?: string;
  readonly results: readonly MeasuredResult[];
  readonly notes: readonly string[];
}

export interface Evaluated {
  /** In the order of the request: the baseline first. */
  readonly versions: readonly EvaluatedVersion[];
  readonly changed: readonly ChangedRow[];
  /** Why answers are missing, and how many, the most frequent first. */
  readonly failures: readonly { readonly reason: string; readonly rows: number }[];
  /** Why not all rows were evaluated; absent when they were. */
  readonly interruption?: string;
  /** Answers that were kept from an interrupted call. */
  readonly kept: number;
}

const changedRows = 5;

/**
 * Asks models with every row and version, scores the answers and stores them. An interrupted evaluation
 * keeps what it has; the same call later continues it, and asks for nothing twice.
 * @throws RegistryError `invalid` before anything is spent, as `checkEvaluation`; `conflict` while another
 *   call makes the same evaluation; `cancelled`; and what fails on all rows alike
 */
export async function evaluate(
  session: Asking,
  evaluation: Evaluation,
  call: Call,
): Promise<Evaluated> {
  const targets = await prepare(session, evaluation, call);
  const prompt = evaluation.versions[0]?.name ?? "";
  return session.evaluating.run(planOf(session, evaluation, targets), call.signal, {
    open: async () => {
      const opened = await openStates(session, evaluation, targets, call);
      return { opened, ids: opened.flatMap(({ run }) => run?.writer.runId ?? []) };
    },
    taken: (runIds) => alreadyRunning(prompt, runIds),
    work: (states) => evaluateStates(session, evaluation, states, call),
  });
}

/** The same for calls that would open the same runs. */
function planOf(
  { workspace }: Session,
  evaluation: Evaluation,
  targets: readonly Target[],
): string {
  const plans = targets.map((target) => newRun(evaluation, target, {}).plan);
  return JSON.stringify([workspace, evaluation.store, plans]);
}

async function evaluateStates(
  session: Asking,
  evaluation: Evaluation,
  states: readonly VersionState[],
  call: Call,
): Promise<Evaluated> {
  const changed = new ChangedRows(evaluation.scorers, changedRows);
  const total = evaluation.rows.length * evaluation.repeats * states.length;
  const progress = new Progress(total, evaluation.maxUsd, call.progress);
  const { repeats } = evaluation;
  const units = evaluation.rows.flatMap((row, index) =>
    Array.from({ length: repeats }, (_, repeat) => ({
      row,
      key: `${index}.${repeat}`,
      position: index * repeats + repeat,
    })),
  );
  await withTimeLimit(longestCallMs, call.signal, async (signal) => {
    setMaxListeners(0, signal);
    const work = (unit: Unit) =>
      signal.aborted || progress.interruption !== undefined
        ? undefined
        : evaluateUnit({ session, evaluation, states, changed, progress, signal }, unit);
    await pMap(units, work, { concurrency: Math.max(1, session.models.callsAtOnce) });
    if (signal.aborted) progress.interrupt(tookTooLong);
  }).finally(() => storeWaiting(states, progress));
  if (call.signal?.aborted) throw cancelled(progress.done);
  if (progress.interruption === undefined) await storeFailed(states, call);
  return {
    versions: states.map(({ target: { fillable, request }, run, results, failed }) => ({
      version: fillable.version.version,
      model: request.model,
      ...(run === undefined ? {} : { runId: run.writer.runId }),
      results: [...results, ...failed.map(toReadResult).map(measure)],
      notes: request.notes,
    })),
    changed: changed.list(),
    failures: progress.failures,
    ...(progress.interruption === undefined ? {} : { interruption: progress.interruption }),
    kept: progress.kept,
  };
}

async function prepare(
  session: Asking,
  evaluation: Evaluation,
  call: Call,
): Promise<readonly Target[]> {
  const targets: Target[] = [];
  for (const version of evaluation.versions) {
    const request = versionRequest(session.models.allowed, version, { model: evaluation.model });
    targets.push({ fillable: await fillable(session, version, call), request });
  }
  await checkEvaluation(
    session,
    evaluation,
    targets.map((target) => target.fillable),
    call,
  );
  return targets;
}

/** One version after the other: the runs of the others name that of the baseline. */
async function openStates(
  { evaluations, who }: Session,
  evaluation: Evaluation,
  targets: readonly Target[],
  options: CallOptions,
): Promise<readonly VersionState[]> {
  const states: VersionState[] = [];
  for (const target of targets) {
    const baselineRunId = states[0]?.run?.writer.runId;
    const fields = {
      ...(who === undefined ? {} : { user: who }),
      ...(baselineRunId === undefined ? {} : { baselineRunId }),
    };
    const run =
      evaluation.store && evaluations
        ? await openRun(evaluations, newRun(evaluation, target, fields), options)
        : undefined;
    states.push({ target, run, results: [], failed: [] });
  }
  return states;
}

/** Also after a failure, and when the caller is gone: what is paid for is kept. */
async function storeWaiting(states: readonly VersionState[], progress: Progress): Promise<void> {
  for (const { run } of states) {
    try {
      await run?.writer.flush({});
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      progress.interrupt(`Not all results were stored. ${error.message}`);
    }
  }
}

async function storeFailed(states: readonly VersionState[], options: CallOptions): Promise<void> {
  for (const { run, failed } of states) {
    for (const result of failed) await run?.writer.add(result, options);
    await run?.writer.flush(options);
  }
}

function cancelled(done: number): RegistryError {
  return new RegistryError(
    "cancelled",
    `The caller cancelled the evaluation after ${done} answers. They are kept: the same call continues.`,
  );
}
