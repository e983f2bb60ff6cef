/** JSON-RPC error codes of refusals (JSON-RPC 2.0, 5.1). */
export const rpcCode = {
  parseError: -32_700,
  invalidRequest: -32_600,
  invalidParams: -32_602,
  refused: -32_000,
} as const;

/**
 * A request that is refused before it reaches MCP. The message says what is wrong, with what, and what
 * to do, and contains no credential.
 */
export class HttpRefusal extends Error {
  override readonly name = "HttpRefusal";

  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
    readonly code: number = rpcCode.refused,
    /** Of the JSON-RPC request; null when it is unknown or the request has none. */
    readonly id: string | number | null = null,
  ) {
    super(message);
  }
}

/** 429 with Retry-After. */
export function tooMany(reason: string, seconds: number): HttpRefusal {
  const retryAfter = String(Math.max(1, Math.ceil(seconds)));
  return new HttpRefusal(429, `${reason} Try again in ${retryAfter} s.`, {
    "retry-after": retryAfter,
  });
}
