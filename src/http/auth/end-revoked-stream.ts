import { makeEndable } from "../mcp/streams.ts";
import { HttpRefusal } from "../refusal.ts";

export interface RevocationChecks {
  /** When the caller's token expires, in milliseconds since 1970; absent when it is unknown. */
  readonly expiresAt: number | undefined;
  readonly intervalMs: number;
  /** Rejects with HttpRefusal when a new request of the caller would be refused. */
  readonly verify: () => Promise<unknown>;
}

/** The largest delay of a timer in Node. */
const maxDelayMs = 2 ** 31 - 1;

/**
 * The stream, which ends when its caller's token expires, and at the first check that refuses the
 * caller. The client's next request gets the reason. A check without a response from MLflow does not
 * end the stream.
 */
export function endRevokedStream(
  stream: Response,
  { expiresAt = Number.POSITIVE_INFINITY, intervalMs, verify }: RevocationChecks,
): Response {
  let timer: NodeJS.Timeout | undefined;
  let ended = false;
  const { response, end } = makeEndable(stream, () => {
    ended = true;
    clearTimeout(timer);
  });
  const check = async () => {
    if (Date.now() >= expiresAt) return end();
    try {
      await verify();
    } catch (error) {
      if (deniesAccess(error)) return end();
    }
    schedule();
  };
  const schedule = () => {
    if (ended) return;
    const delay = Math.min(intervalMs, Math.max(0, expiresAt - Date.now()), maxDelayMs);
    timer = setTimeout(() => void check(), delay).unref();
  };
  schedule();
  return response;
}

/** 429 and 5xx do not say that the caller has lost access. */
function deniesAccess(error: unknown): boolean {
  return error instanceof HttpRefusal && error.status < 500 && error.status !== 429;
}
