import { RegistryError } from "../../registry/errors.ts";

/**
 * Does a write in several steps. MLflow has no transactions: when a step fails those before it
 * have happened, and the error says so.
 * @param did what the steps that are done come to, as a sentence
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

/** The error of a step, which says as well what was changed besides. */
export function alsoSaying(error: unknown, sentence: string): unknown {
  if (!(error instanceof RegistryError)) return error;
  const { kind, message, subject, retryAfterSeconds } = error;
  const options = { cause: error, retryAfterSeconds, mayHaveChanged: true };
  return new RegistryError(kind, `${message} ${sentence}`, subject, options);
}
