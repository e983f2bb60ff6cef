import { setMaxListeners } from "node:events";
import pMap from "p-map";
import { withTimeLimit } from "../registry/concurrency/time-limit.ts";
import { RegistryError } from "../registry/errors.ts";
import type { UsedVersion } from "../registry/evaluation/runs.ts";
import type { Score } from "../registry/evaluation/scores.ts";
import { canonicalValue } from "../registry/json.ts";
import type { PromptVersion } from "../registry/types.ts";
import type { Call } from "../session/call.ts";
import type { Asking } from "./answer-row.ts";
import { answerRow, outputText, scoreAnswer, type Target } from "./answer-row.ts";
import { fillable } from "./fill-version.ts";
import { longestCallMs, tookTooLong } from "./limits.ts";
import type { Scorer } from "./scorers/scorer.ts";
import { versionRequest } from "./version-request.ts";

/** A recorded use of a version, and what the candidate answers. */
export interface Replayed {
  readonly use: UsedVersion & { readonly output: string };
  /** Absent when the candidate did not answer. */
  readonly output?: string;
  readonly error?: string;
  readonly scores: readonly Score[];
  readonly usd?: number;
}

export interface ReplayRequest {
  readonly candidate: PromptVersion;
  readonly uses: readonly UsedVersion[];
  readonly scorers: readonly Scorer[];
  readonly model?: string | undefined;
  readonly judgeModel: string;
}

/**
 * Asks a model what the candidate answers to recorded inputs. A row whose inputs do not fill in the
 * candidate is one that failed, and so is one for which no time or no money is left: the answers before it
 * are paid for. Stores nothing.
 * @throws RegistryError as `answerRow`, where there is no answer at all
 */
export async function replay(
  session: Asking,
  { candidate, uses, scorers, model, judgeModel }: ReplayRequest,
  call: Call,
): Promise<readonly Replayed[]> {
  const request = versionRequest(session.models.allowed, candidate, { model });
  const target: Target = { fillable: await fillable(session, candidate, call), request };
  const rows = replayable(uses);
  let done = 0;
  let refusal: RegistryError | undefined;
  const replayed = await withTimeLimit(longestCallMs, call.signal, async (signal) => {
    setMaxListeners(0, signal);
    const work = async (use: Replayed["use"]): Promise<Replayed> => {
      if (refusal !== undefined) return { use, scores: [], error: refusal.message };
      try {
        return await replayOne(session, target, use, { scorers, judgeModel, signal });
      } catch (error) {
        if (call.signal?.aborted || !(error instanceof RegistryError)) throw error;
        if (signal.aborted) return { use, scores: [], error: tookTooLong };
        refusal ??= error;
        return { use, scores: [], error: error.message };
      }
    };
    const reported = async (use: Replayed["use"]) => {
      const one = await work(use);
      done += 1;
      call.progress(done, rows.length, `${done} of ${rows.length} answers`);
      return one;
    };
    return pMap(rows, reported, { concurrency: Math.max(1, session.models.callsAtOnce) });
  });
  const isAnswered = replayed.some(({ output }) => output !== undefined);
  if (refusal !== undefined && !isAnswered) throw refusal;
  return replayed;
}

/** Uses with an answer; of several with the same inputs the newest. */
export function replayable(uses: readonly UsedVersion[]): readonly Replayed["use"][] {
  const rows = new Map<string, Replayed["use"]>();
  for (const use of uses) {
    const key = canonicalValue(use.inputs);
    if (use.output !== undefined && !rows.has(key)) rows.set(key, { ...use, output: use.output });
  }
  return [...rows.values()];
}

async function replayOne(
  session: Asking,
  target: Target,
  use: Replayed["use"],
  {
    scorers,
    judgeModel,
    signal,
  }: { scorers: readonly Scorer[]; judgeModel: string; signal: AbortSignal },
): Promise<Replayed> {
  const { inputs } = use;
  const row = { inputs, expectations: { expected_response: use.output } };
  const answered = await answerRow(session, target, row, signal);
  const { error, call } = answered;
  const usd = call.cost?.totalUsd;
  const cost = usd === undefined ? {} : { usd };
  if (answered.output === undefined) {
    return { use, scores: [], ...(error === undefined ? {} : { error }) };
  }
  const output = outputText(answered.output);
  const scores = await scoreAnswer(session, answered, {
    ...{ row, scorers, judgeModel, signal },
    baselineOutput: use.output,
  });
  return { use, output, scores, ...cost };
}
