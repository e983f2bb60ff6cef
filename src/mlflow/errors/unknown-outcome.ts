import { RegistryError, type RegistryErrorOptions } from "../../registry/errors.ts";
import type { HttpCall } from "../http/http-call.ts";

/** A write was sent and not followed to its end: the sentence for those who cannot look either. */
export const maybeMade = "The change may have been made all the same: look before you try again.";

/**
 * The failure of a write that nobody knows the outcome of: MLflow runs requests to their end also
 * when nobody waits for the answer any more (3.8 to 3.17). `verifyWrite` turns it into one or the other.
 */
export class UnknownOutcome extends RegistryError {
  constructor(
    /** What happened instead of an answer, as a sentence. */
    readonly happened: string,
    /** What to do about it. */
    readonly advice: string,
    options?: RegistryErrorOptions,
  ) {
    const message = `${happened} ${maybeMade} ${advice}`;
    super("unavailable", message, {}, { ...options, mayHaveChanged: true });
  }
}

/** The failure of a call that was sent and got no answer to go by. A read changes nothing. */
export function unanswered(
  call: HttpCall,
  happened: string,
  advice: string,
  options?: RegistryErrorOptions,
): RegistryError {
  if (call.method !== "GET") return new UnknownOutcome(happened, advice, options);
  return new RegistryError("unavailable", `${happened} ${advice}`, {}, options);
}
