import type { ServerOptions } from "@modelcontextprotocol/server";

export type CacheHints = NonNullable<ServerOptions["cacheHints"]>;

/** For results that do not change while the server runs. */
const constant = { ttlMs: 300_000, cacheScope: "public" } as const;

/** The same for results that depend on the scopes of the caller's token. */
const constantForCaller = { ttlMs: 300_000, cacheScope: "private" } as const;

/**
 * How long clients may cache results (MCP 2026-07-28, Caching).
 * @param clientTtlMs how long clients may cache results about prompts
 * @param readOnly if false, clients cache nothing that a write changes: a cache would hide from a client
 *   what it has just written
 */
export function cacheHints(clientTtlMs: number, readOnly: boolean): CacheHints {
  const changing = { ttlMs: readOnly ? clientTtlMs : 0, cacheScope: "private" } as const;
  return {
    "server/discover": constantForCaller,
    "tools/list": constantForCaller,
    "resources/templates/list": constant,
    "prompts/list": changing,
    "resources/list": changing,
    "resources/read": changing,
  };
}
