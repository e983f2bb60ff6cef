import { makeEndable } from "../mcp/streams.ts";
import { HttpRefusal } from "../refusal.ts";

export interface StreamChecks {
  /** When the caller's token ends, in milliseconds since 1970; absent where it does not tell. */
  readonly expiresAt: number | undefined;
  readonly everyMs: number;
  /** Rejects with HttpRefusal when the caller would not be let in any more. */
  readonly check: () => Promise<unknown>;
}

/** Node's timers take no more milliseconds. */
const longestMs = 2 ** 31 - 1;

/**
 * A stream that ends with its caller's token, and at the first check that refuses the caller. Its
 * client comes back with a request that is told why. A check that nobody answers says nothing.
 */
export function endRevokedStream(
  answer: Response,
  { expiresAt = Number.POSITIVE_INFINITY, everyMs, check }: StreamChecks,
): Response {
  let timer: NodeJS.Timeout | undefined;
  let over = false;
  const { response, end } = makeEndable(answer, () => {
    over = true;
    clearTimeout(timer);
  });
  const look = async () => {
    if (Date.now() >= expiresAt) return end();
    try {
      await check();
    } catch (error) {
      if (isRefused(error)) return end();
    }
    next();
  };
  const next = () => {
    if (over) return;
    const pause = Math.min(everyMs, Math.max(0, expiresAt - Date.now()), longestMs);
    timer = setTimeout(() => void look(), pause).unref();
  };
  next();
  return response;
}

/** A status that says that the caller may not be served; 429 and 5xx say nothing of that. */
function isRefused(error: unknown): boolean {
  return error instanceof HttpRefusal && error.status < 500 && error.status !== 429;
}
