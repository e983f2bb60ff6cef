import { quote, RegistryError } from "../registry/errors.ts";

/** The refusal of an evaluation that another call makes now. */
export function alreadyRunning(prompt: string, runIds: readonly string[]): RegistryError {
  return new RegistryError(
    "conflict",
    `Nothing was asked: an identical evaluation of ${quote(prompt)} is running now, so this call would pay a second time for the same answers. Wait until it has ended, then read it with compare_evaluations: ${runIds.join(", ")}. For a second measurement call again then, or with store false.`,
    { prompt },
  );
}
