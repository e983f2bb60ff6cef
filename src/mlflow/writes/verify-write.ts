import { setTimeout as pause } from "node:timers/promises";
import { RegistryError } from "../../registry/errors.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import { maybeMade, UnknownOutcome } from "../errors/unknown-outcome.ts";
import { withTimeLimit } from "../http/time-limit.ts";

/** How long it is looked whether a write of unknown outcome arrived. */
export interface VerifySchedule {
  /** Milliseconds before each look. */
  readonly pausesMs: readonly number[];
  /** Over all looks and pauses. */
  readonly limitMs: number;
}

/** Most requests that were cut off are through at the first look, those of a busy server later. */
export const defaultVerifySchedule: VerifySchedule = {
  pausesMs: [0, 100, 300, 900, 2_700],
  limitMs: 8_000,
};

/** What a look found: what the write would have answered, or what is there instead, as a clause. */
export type Found<T> = { readonly applied: T } | { readonly current: string };

/**
 * A write that is never repeated. When its outcome is unknown, MLflow is asked for it: if the
 * write applied, it is as if nothing had happened; if not, or if nobody can tell, the error says so.
 * @throws RegistryError whatever `write` throws; `cancelled` when the caller leaves during a look
 */
export async function verifyWrite<T>(
  verifySchedule: VerifySchedule,
  write: () => Promise<T>,
  look: (options: CallOptions) => Promise<Found<T>>,
  options: CallOptions = {},
): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof UnknownOutcome)) throw error;
    if (options.signal?.aborted) throw abandoned(error, options);
    const seen = await readBackUntilApplied(verifySchedule, look, options);
    if ("applied" in seen) return seen.applied;
    throw options.signal?.aborted ? abandoned(error, options) : notConfirmed(error, seen);
  }
}

/** The last of several looks, or why it saw nothing. */
type Seen<T> = (Found<T> | { readonly blind: string }) & { readonly looks: number };

function readBackUntilApplied<T>(
  { pausesMs, limitMs }: VerifySchedule,
  look: (options: CallOptions) => Promise<Found<T>>,
  options: CallOptions,
): Promise<Seen<T>> {
  return withTimeLimit(limitMs, options.signal, async (signal) => {
    let seen: Seen<T> = { blind: `no answer within ${limitMs} ms.`, looks: 0 };
    for (const ms of pausesMs) {
      await pause(ms, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) break;
      const found = await look({ ...options, signal }).catch(toReadError);
      // What was seen before says more than that time ran out.
      if (signal.aborted && !("applied" in found)) break;
      seen = { ...found, looks: seen.looks + 1 };
      if ("applied" in seen) break;
    }
    return seen;
  });
}

function toReadError(error: unknown): { blind: string } {
  if (error instanceof RegistryError) return { blind: error.message };
  throw error;
}

function notConfirmed(
  { happened, advice, cause, retryAfterSeconds }: UnknownOutcome,
  seen: Exclude<Seen<unknown>, { applied: unknown }>,
): RegistryError {
  const { looks } = seen;
  const times = looks === 1 ? "once" : `${looks} times`;
  const message =
    "blind" in seen
      ? `${happened} Whether the change was made could not be looked up: ${seen.blind} ${maybeMade} ${advice}`
      : `${happened} MLflow was asked ${times} whether the change was made all the same, and it was not: ${seen.current}. Should MLflow still be busy with it, it comes later: look before you try again. ${advice}`;
  const options = { cause, retryAfterSeconds, mayHaveChanged: true };
  return new RegistryError("unavailable", message, {}, options);
}

function abandoned({ happened }: UnknownOutcome, { signal }: CallOptions): RegistryError {
  return new RegistryError(
    "cancelled",
    `${happened} The call was given up by its caller before it was known what came of it. ${maybeMade}`,
    {},
    { cause: signal?.reason, mayHaveChanged: true },
  );
}
