import { RegistryError } from "../registry/errors.ts";
import { traceIdOf } from "../registry/evaluation/row-identity.ts";
import type { ReadResult, RowResult } from "../registry/evaluation/runs.ts";
import {
  type Asking,
  answerRow,
  outputText,
  type RowAnswered,
  scoreAnswer,
  type Target,
} from "./answer-row.ts";
import type { ChangedRows, RowAnswer } from "./changed-rows.ts";
import type { EvaluatedRow, Evaluation } from "./evaluation.ts";
import type { OpenRun } from "./evaluation-runs.ts";
import { type MeasuredResult, measure } from "./measured.ts";
import type { Progress } from "./progress.ts";

/** One version of an evaluation in progress. */
export interface VersionState {
  readonly target: Target;
  readonly run: OpenRun | undefined;
  readonly results: MeasuredResult[];
  /** Stored when the run finishes: until then a call that continues asks again. */
  readonly failed: RowResult[];
}

/** One row and repeat. */
export interface Unit {
  readonly row: EvaluatedRow;
  readonly key: string;
  /** Its place among all. */
  readonly position: number;
}

export interface Context {
  readonly session: Asking;
  readonly evaluation: Evaluation;
  readonly states: readonly VersionState[];
  readonly changed: ChangedRows;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Evaluates one row with each version. Each version is asked first equally often: the first calls of an
 * evaluation open connections and start models, which is no difference between versions.
 */
export async function evaluateUnit(context: Context, unit: Unit): Promise<void> {
  const { states, changed, progress } = context;
  const answers = await askVersions(context, unit);
  let baseline: UnitResult | undefined;
  for (const state of states) {
    const answer = answers.get(state);
    const result =
      keptResult(context, state, unit) ??
      (answer && (await scoreAndStore(context, state, unit, answer, baseline)));
    if (result === undefined) continue;
    if (answer === undefined) progress.noteKept();
    state.results.push(result.measured);
    baseline ??= state === states[0] ? result : undefined;
    if (baseline === undefined || result === baseline) continue;
    const { version } = state.target.fillable.version;
    if (!changed.wants({ version }, baseline.measured, result.measured)) continue;
    const [before, after] = [baseline, result];
    await orInterrupt(context, async () => {
      const [was, is] = [await before.read(), await after.read()];
      changed.add(unit.row.inputs, toRowAnswer(states[0], was), toRowAnswer(state, is));
    });
  }
}

/** A result of a row. The texts of one that was kept are read when they are needed. */
interface UnitResult {
  readonly measured: MeasuredResult;
  readonly read: () => Promise<ReadResult>;
}

function keptResult(
  { session, signal }: Context,
  { run }: VersionState,
  { key }: Unit,
): UnitResult | undefined {
  const measured = run?.kept.get(key);
  const store = session.evaluations;
  if (run === undefined || measured === undefined || store === undefined) return undefined;
  const { runId } = run.writer;
  return { measured, read: () => store.readResult(runId, traceIdOf(runId, key), { signal }) };
}

/** The answers of all versions that have none yet. */
async function askVersions(
  { session, states, progress, signal }: Context,
  { row, key, position }: Unit,
): Promise<ReadonlyMap<VersionState, RowAnswered>> {
  const answers = new Map<VersionState, RowAnswered>();
  const first = position % states.length;
  for (const state of [...states.slice(first), ...states.slice(0, first)]) {
    if (signal.aborted || progress.interruption !== undefined) break;
    if (state.run?.kept.has(key)) continue;
    await orInterrupt({ progress, signal }, async () => {
      const answered = await answerRow(session, state.target, row, signal);
      answers.set(state, answered);
      // Before it is scored, so that no further version is asked when the money is spent.
      if (answered.output !== undefined) progress.spend(answered.call.cost?.totalUsd);
    });
  }
  return answers;
}

/** @returns undefined when there is no answer, or it could not be scored or stored */
async function scoreAndStore(
  context: Context,
  state: VersionState,
  { row, key }: Unit,
  answered: RowAnswered,
  baseline: UnitResult | undefined,
): Promise<UnitResult | undefined> {
  const { session, evaluation, progress, signal } = context;
  const { scorers, judgeModel } = evaluation;
  const { latencyMs: _, ...trace } = answered;
  const runId = state.run?.writer.runId;
  return orInterrupt(context, async () => {
    const isCompared = scorers.some(({ isPairwise }) => isPairwise);
    const baselineOutput = isCompared ? (await baseline?.read())?.output : undefined;
    const scores = await scoreAnswer(session, answered, {
      ...{ row, scorers, judgeModel, baselineOutput, signal },
    });
    const result: RowResult = {
      ...trace,
      traceId: runId === undefined ? "" : traceIdOf(runId, key),
      rowKey: key,
      ...(row.recordId === undefined ? {} : { recordId: row.recordId }),
      ...(session.who === undefined ? {} : { user: session.who }),
      expectations: row.expectations,
      scores,
    };
    progress.note(result);
    if (trace.output === undefined) {
      state.failed.push(result);
      return undefined;
    }
    await state.run?.writer.add(result, { signal });
    const scored = toReadResult(result);
    return { measured: measure(scored), read: async () => scored };
  });
}

/**
 * What fails on all rows alike ends the evaluation. The answers that there are count. What a cancelled
 * call, or one whose time is over, still waited for is given up.
 */
async function orInterrupt<Result>(
  { progress, signal }: Pick<Context, "progress" | "signal">,
  work: () => Promise<Result>,
): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) return undefined;
    if (!(error instanceof RegistryError)) throw error;
    progress.interrupt(error.message);
    return undefined;
  }
}

export function toReadResult(result: RowResult): ReadResult {
  const { traceId, rowKey, inputs, output, error, expectations, scores, call } = result;
  return {
    traceId,
    rowKey,
    inputs,
    expectations,
    scores,
    labels: [],
    latencyMs: result.endedAt - result.startedAt,
    ...(output === undefined ? {} : { output: outputText(output) }),
    ...(error === undefined ? {} : { error }),
    ...(call.usage === undefined ? {} : { usage: call.usage }),
    ...(call.cost === undefined ? {} : { usd: call.cost.totalUsd }),
  };
}

function toRowAnswer(
  state: VersionState | undefined,
  { traceId, output = "", scores }: ReadResult,
): RowAnswer {
  return {
    version: state?.target.fillable.version.version ?? 0,
    ...(traceId === "" ? {} : { traceId }),
    output,
    scores,
  };
}
