import { RegistryError, type RegistryErrorOptions } from "../../registry/errors.ts";
import { type HttpCall, isRead } from "../http/http-call.ts";

/** The sentence for a write that was sent, and whose outcome could not be verified. */
export const maybeMade = "The change may have been made: check before you try again.";

/**
 * The failure of a write whose outcome is unknown: MLflow completes a request even after the client
 * has closed the connection (3.8 to 3.17). `verifyWrite` turns it into a success or a failure.
 */
export class UnknownOutcome extends RegistryError {
  constructor(
    /** What happened instead of a usable response, as a sentence. */
    readonly happened: string,
    /** What to do next, as a sentence. */
    readonly advice: string,
    options?: RegistryErrorOptions,
  ) {
    const message = `${happened} ${maybeMade} ${advice}`;
    super("unavailable", message, {}, { ...options, mayHaveChanged: true });
  }
}

/** The failure of a sent call without a usable response. Only a write has an unknown outcome. */
export function unanswered(
  call: HttpCall,
  happened: string,
  advice: string,
  options?: RegistryErrorOptions,
): RegistryError {
  if (!isRead(call)) return new UnknownOutcome(happened, advice, options);
  return new RegistryError("unavailable", `${happened} ${advice}`, {}, options);
}
