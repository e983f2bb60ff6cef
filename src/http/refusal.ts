/** JSON-RPC's codes, as far as they are answered before MCP is (JSON-RPC 2.0, 5.1). */
export const rpcCode = {
  parseError: -32_700,
  invalidRequest: -32_600,
  invalidParams: -32_602,
  refused: -32_000,
} as const;

/**
 * A request that is answered before MCP is: with a status, and a sentence that says what is wrong,
 * with what, and what to do. It never carries a credential.
 */
export class HttpRefusal extends Error {
  override readonly name = "HttpRefusal";

  constructor(
    readonly status: number,
    message: string,
    readonly headers: Readonly<Record<string, string>> = {},
    readonly code: number = rpcCode.refused,
    /** Of the JSON-RPC request that is refused; null when it has none, or nobody knows it. */
    readonly id: string | number | null = null,
  ) {
    super(message);
  }
}

/** 429: who comes back after so many seconds may be served. */
export function tooMany(what: string, seconds: number): HttpRefusal {
  const retryAfter = String(Math.max(1, Math.ceil(seconds)));
  return new HttpRefusal(429, `${what} Try again in ${retryAfter} s.`, {
    "retry-after": retryAfter,
  });
}
