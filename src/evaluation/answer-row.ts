import { RegistryError } from "../registry/errors.ts";
import type { Score } from "../registry/evaluation/scores.ts";
import { type JsonValue, stringifyJson } from "../registry/json.ts";
import type { PromptTrace } from "../registry/traces.ts";
import type { Session } from "../session/session.ts";
import { type Attempt, traceOf } from "./call-trace.ts";
import type { EvaluatedRow } from "./evaluation.ts";
import { failsEveryRow } from "./fails-every-row.ts";
import { type FillableVersion, fillVersion } from "./fill-version.ts";
import type { ScoredCase, Scorer } from "./scorers/scorer.ts";
import { modelRequest, type VersionRequest } from "./version-request.ts";

/** A session that may ask models. */
export type Asking = Session & Required<Pick<Session, "models" | "evaluating">>;

/** A version and what a model is asked with it. */
export interface Target {
  readonly fillable: FillableVersion;
  readonly request: VersionRequest;
}

/** One call of a model. Its time is that of the request that was answered. */
export interface RowAnswered extends Omit<PromptTrace, "traceId" | "user"> {
  readonly latencyMs: number;
}

/**
 * Asks a model with one row. A call that fails is a result with an error.
 * @throws RegistryError `cancelled`; for what fails on every row alike: `unauthenticated`, `forbidden`,
 *   and a budget that is used up
 */
export async function answerRow(
  session: Asking,
  { fillable, request }: Target,
  { inputs }: EvaluatedRow,
  signal: AbortSignal,
): Promise<RowAnswered> {
  const asked: Attempt = {
    version: fillable.version,
    variables: inputs,
    request: { model: request.model, parameters: request.parameters, messages: [] },
    startedAt: Date.now(),
  };
  let attempt = asked;
  try {
    const finished = await fillVersion(session, fillable, inputs);
    attempt = { ...asked, request: modelRequest(request, finished) };
    const completion = await session.models.complete(attempt.request, { signal });
    const trace = traceOf(attempt, { completion });
    // The wait for a turn, and models that did not answer, are no time of this version.
    const startedAt = trace.endedAt - completion.latencyMs;
    return { ...trace, startedAt, latencyMs: completion.latencyMs };
  } catch (error) {
    if (!(error instanceof RegistryError) || failsEveryRow(error)) throw error;
    const trace = traceOf(attempt, { error });
    return { ...trace, latencyMs: trace.endedAt - trace.startedAt };
  }
}

/** The text that scorers see. */
export function outputText(output: JsonValue): string {
  return typeof output === "string" ? output : stringifyJson(output);
}

/** What scorers need besides the answer. */
export interface Scoring {
  readonly row: EvaluatedRow;
  readonly scorers: readonly Scorer[];
  readonly judgeModel: string;
  /** Absent: pairwise scorers have nothing to compare with, and score nothing. */
  readonly baselineOutput?: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Asks the scorers one after the other, so that one row has one call of a model at a time. What failed
 * is not scored.
 */
export async function scoreAnswer(
  { templates, models }: Asking,
  { output, latencyMs, call }: RowAnswered,
  { row: { inputs, expectations }, scorers, judgeModel, baselineOutput, signal }: Scoring,
): Promise<readonly Score[]> {
  if (output === undefined) return [];
  const usd = call.cost?.totalUsd;
  const scored: ScoredCase = {
    ...{ inputs, expectations, output: outputText(output), latencyMs },
    ...(usd === undefined ? {} : { usd }),
    ...(baselineOutput === undefined ? {} : { baselineOutput }),
  };
  const scores: Score[] = [];
  for (const scorer of scorers) {
    if (scorer.isPairwise && baselineOutput === undefined) continue;
    scores.push(await scorer.score(scored, { templates, models, judgeModel, signal }));
  }
  return scores;
}
