import { RegistryError } from "./errors.ts";

/**
 * Runs a write of several steps that are no transaction. When a step fails, the steps before it remain
 * in effect, and the error says so.
 * @param did describes the completed steps in a sentence
 */
export async function stepByStep<T>(
  steps: Iterable<T>,
  step: (one: T) => Promise<void>,
  did: (done: readonly T[]) => string,
): Promise<void> {
  const done: T[] = [];
  for (const one of steps) {
    await step(one).catch((error: unknown) => {
      throw done.length === 0 ? error : alsoSaying(error, did(done));
    });
    done.push(one);
  }
}

/** The error of a step, with a sentence added about the changes already made. */
export function alsoSaying(error: unknown, sentence: string): unknown {
  if (!(error instanceof RegistryError)) return error;
  const { kind, message, subject, retryAfterSeconds } = error;
  const options = { cause: error, retryAfterSeconds, mayHaveChanged: true };
  return new RegistryError(kind, `${message} ${sentence}`, subject, options);
}
