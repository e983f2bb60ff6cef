import type { HttpConfig, OAuthConfig } from "../../config/http-config.ts";
import { once } from "../../registry/concurrency/once.ts";
import { discover, safeUrl } from "../auth/oauth/discovery.ts";
import { pausingAfterFailure } from "../auth/oauth/unavailable.ts";
import type { StartToken } from "./start-token.ts";

/** What the page must know before it calls a tool. It has no secrets: anybody may read it. */
export type PageConfig =
  | { readonly auth: "none"; readonly needsToken: boolean }
  | { readonly auth: "forward" }
  | { readonly auth: "oauth"; readonly issuer: string; readonly client?: PageClient };

/** The page as a public client of the issuer (OAuth 2.1, authorization code with PKCE). */
interface PageClient {
  readonly id: string;
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  /** What tokens are for (RFC 8707). */
  readonly resource: string;
}

const timeoutMs = 5_000;

/**
 * Reads the issuer's addresses when the page is first asked for.
 * @param resource the address of the MCP endpoint
 * @returns a function that rejects HttpRefusal 503 while the issuer does not answer
 */
export function createPageConfig(
  { auth }: HttpConfig,
  resource: string,
  startToken: StartToken | undefined,
): () => Promise<PageConfig> {
  if (auth.mode === "none") {
    return async () => ({ auth: "none", needsToken: startToken !== undefined });
  }
  if (auth.mode === "forward") return async () => ({ auth: "forward" });
  const { issuerName: issuer, uiClientId: id } = auth;
  if (id === undefined) return async () => ({ auth: "oauth", issuer });
  return once(
    pausingAfterFailure(async () => {
      const client = { id, ...(await endpointsOf(auth)), resource };
      return { auth: "oauth" as const, issuer, client };
    }),
  );
}

async function endpointsOf({ issuer }: OAuthConfig) {
  const failure = {
    begins: "Nobody can sign in",
    ends: "Check that this server reaches --oauth-issuer.",
  };
  return await discover(
    issuer,
    (metadata) => ({
      authorizationEndpoint: safeUrl(issuer, metadata, "authorization_endpoint").href,
      tokenEndpoint: safeUrl(issuer, metadata, "token_endpoint").href,
    }),
    failure,
    { fetch, timeoutMs },
  );
}
