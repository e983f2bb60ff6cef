import { setTimeout as pause } from "node:timers/promises";
import { withTimeLimit } from "../../registry/concurrency/time-limit.ts";
import { RegistryError } from "../../registry/errors.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import { maybeMade, UnknownOutcome } from "../errors/unknown-outcome.ts";

/** When a write of unknown outcome is read back. */
export interface VerifySchedule {
  /** The pause before each read, in milliseconds. */
  readonly pausesMs: readonly number[];
  /** The time limit for all reads and pauses together, in milliseconds. */
  readonly limitMs: number;
}

/** MLflow completes most interrupted requests before the first read; a busy server needs longer. */
export const defaultVerifySchedule: VerifySchedule = {
  pausesMs: [0, 100, 300, 900, 2_700],
  limitMs: 8_000,
};

/**
 * What reading back found: the write was applied, with the value that its response would have had; or
 * it was not, and `current` is a clause that describes the state in MLflow.
 */
export type ReadBack<T> = { readonly applied: T } | { readonly current: string };

/**
 * Sends a write once and never repeats it. If its outcome is unknown, MLflow is read back: when the
 * write was applied, its value is returned; otherwise the error says what is known.
 * @throws RegistryError whatever `write` throws; `cancelled` when the caller cancels during a read
 */
export async function verifyWrite<T>(
  schedule: VerifySchedule,
  write: () => Promise<T>,
  readBack: (options: CallOptions) => Promise<ReadBack<T>>,
  options: CallOptions = {},
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof UnknownOutcome)) throw error;
    if (options.signal?.aborted) throw cancelled(error, options);
    const result = await readBackUntilApplied(schedule, readBack, options);
    if ("applied" in result) return result.applied;
    throw options.signal?.aborted ? cancelled(error, options) : notConfirmed(error, result);
  }
}

/** The last read, or why it failed, and how many reads there were. */
type LastRead<T> = (ReadBack<T> | { readonly failure: string }) & { readonly reads: number };

function readBackUntilApplied<T>(
  { pausesMs, limitMs }: VerifySchedule,
  readBack: (options: CallOptions) => Promise<ReadBack<T>>,
  options: CallOptions,
): Promise<LastRead<T>> {
  return withTimeLimit(limitMs, options.signal, async (signal) => {
    let last: LastRead<T> = { failure: `no response within ${limitMs} ms.`, reads: 0 };
    for (const ms of pausesMs) {
      await pause(ms, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) break;
      const result = await readBack({ ...options, signal }).catch(toFailure);
      // The result of an earlier read says more than that the time limit ended this one.
      if (signal.aborted && !("applied" in result)) break;
      last = { ...result, reads: last.reads + 1 };
      if ("applied" in last) break;
    }
    return last;
  });
}

function toFailure(error: unknown): { failure: string } {
  if (error instanceof RegistryError) return { failure: error.message };
  throw error;
}

function notConfirmed(
  { happened, advice, cause, retryAfterSeconds }: UnknownOutcome,
  last: Exclude<LastRead<unknown>, { applied: unknown }>,
): RegistryError {
  const times = last.reads === 1 ? "once" : `${last.reads} times`;
  const message =
    "failure" in last
      ? `${happened} Whether the change was made could not be verified: ${last.failure} ${maybeMade} ${advice}`
      : `${happened} MLflow was queried ${times} and did not have the change: ${last.current}. MLflow may still be processing it and make it later: check before you try again. ${advice}`;
  const options = { cause, retryAfterSeconds, mayHaveChanged: true };
  return new RegistryError("unavailable", message, {}, options);
}

function cancelled({ happened }: UnknownOutcome, { signal }: CallOptions): RegistryError {
  return new RegistryError(
    "cancelled",
    `${happened} The caller cancelled the call before the outcome was verified. ${maybeMade}`,
    {},
    { cause: signal?.reason, mayHaveChanged: true },
  );
}
