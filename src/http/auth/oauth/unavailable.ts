import { maskAddresses } from "../../../registry/text/mask-addresses.ts";
import { HttpRefusal } from "../../refusal.ts";

/** How long a failure of the issuer is answered without asking it again, in seconds. */
const pauseSeconds = 5;

/**
 * The issuer does not answer: nothing is known of the caller's token, and the same request may
 * succeed soon.
 */
export function unavailable(message: string): HttpRefusal {
  return new HttpRefusal(503, message, { "retry-after": String(pauseSeconds) });
}

/**
 * `call`, which fails at once, in the same way, for a short time after it has failed: an issuer in
 * trouble is not asked for every request.
 */
export function pausingAfterFailure<Args extends readonly unknown[], Result>(
  call: (...args: Args) => Promise<Result>,
): (...args: Args) => Promise<Result> {
  let last: { readonly error: unknown; readonly until: number } | undefined;
  return async (...args) => {
    if (last !== undefined && performance.now() < last.until) throw last.error;
    try {
      return await call(...args);
    } catch (error) {
      last = { error, until: performance.now() + pauseSeconds * 1_000 };
      throw error;
    }
  };
}

/** What a failed request to the issuer died of, for a message. */
export function failureReason(error: unknown): string {
  if (!(error instanceof Error)) return "the request failed";
  if (error.name === "TimeoutError" || error.name === "JWKSTimeout") return "no answer in time";
  const { cause } = error;
  if (cause instanceof Error && "code" in cause) return String(cause.code);
  return maskAddresses(error.message);
}
