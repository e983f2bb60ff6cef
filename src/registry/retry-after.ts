/** One day: the upper limit of a Retry-After. */
const mostSeconds = 86_400;

/**
 * Parses a Retry-After header, seconds or a date (RFC 9110, 10.2.3), to whole seconds from now;
 * undefined when it is neither.
 */
export function secondsOf(retryAfter: string | undefined): number | undefined {
  if (retryAfter === undefined) return undefined;
  const seconds = /^\d+$/.test(retryAfter)
    ? Number(retryAfter)
    : Math.ceil((Date.parse(retryAfter) - Date.now()) / 1_000);
  return Number.isNaN(seconds) ? undefined : Math.min(mostSeconds, Math.max(0, seconds));
}
