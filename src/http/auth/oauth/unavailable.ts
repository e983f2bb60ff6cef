import { maskAddresses } from "../../../registry/text/mask-addresses.ts";
import { HttpRefusal } from "../../refusal.ts";

/** How long a failure of the issuer is cached, in seconds. */
const pauseSeconds = 5;

/**
 * The issuer is unavailable: the caller's token cannot be verified, and a retry may succeed soon.
 */
export function unavailable(message: string): HttpRefusal {
  return new HttpRefusal(503, message, { "retry-after": String(pauseSeconds) });
}

/**
 * `call`, which repeats a failure for a short time instead of calling again, so that a failing issuer
 * does not get a call for each request.
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

/** The reason of a failed request to the issuer, for a message. */
export function failureReason(error: unknown): string {
  if (!(error instanceof Error)) return "the request failed";
  if (error.name === "TimeoutError" || error.name === "JWKSTimeout") return "no answer in time";
  const { cause } = error;
  if (cause instanceof Error && "code" in cause) return String(cause.code);
  return maskAddresses(error.message);
}
