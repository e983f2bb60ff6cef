import type { OAuthConfig } from "../../../config/http-config.ts";
import type { Credential } from "../../../mlflow/client.ts";
import { createFingerprint } from "../fingerprint.ts";
import type { Authenticator, Identity, Scope } from "../identity.ts";
import { bearerToken } from "./bearer-token.ts";
import {
  insufficientScope,
  invalidTokenChallenge,
  tokenInvalid,
  tokenMissing,
} from "./challenge.ts";
import { type Claims, grantIn, scopesOf } from "./claims.ts";
import { createExchangedTokens } from "./exchanged-tokens.ts";
import { InvalidToken } from "./invalid-token.ts";
import { issuerName } from "./issuer.ts";
import { createKeys } from "./keys.ts";
import { workspaceResource } from "./resource-metadata.ts";
import { createTimedCalls } from "./timed-calls.ts";
import { createTokenExchange } from "./token-endpoint.ts";
import { createVerify } from "./verification.ts";
import { chooseWorkspace, listedWorkspaces } from "./workspaces.ts";

export interface OAuthOptions {
  /** The absolute URL of the MCP endpoint, such as `https://prompts.example.com/mcp`. */
  readonly resource: string;
  /** The workspace of callers that request none. */
  readonly workspace?: string;
  /** The credential for MLflow when callers' tokens are not exchanged. */
  readonly serviceCredential?: Credential;
  /** For calls to the issuer. */
  readonly fetch?: typeof fetch;
  /** Called for each lookup in the caches of the issuer's keys and of exchanged tokens. */
  readonly observe?: (lookup: {
    readonly cache: "jwks" | "token_exchange";
    readonly outcome: "hit" | "miss";
  }) => void;
}

type Called = Pick<Identity, "credential" | "key" | "owner">;

/**
 * Authenticates callers by access tokens of an authorization server. This server is an OAuth 2.1
 * resource server (MCP 2025-11-25 and 2026-07-28, Authorization). The audience of a token must be the
 * endpoint, the requested workspace below it (RFC 8707 section 2), or the configured audience. A
 * caller's token is sent to the token endpoint only.
 *
 * Fetches nothing before the first token arrives. `identify` rejects with HttpRefusal only: 400, 401
 * and 403 for errors that the caller can correct, 502 and 503 for errors of the issuer.
 */
export function createOAuthAuthenticator(
  config: OAuthConfig,
  options: OAuthOptions,
): Authenticator {
  const { resource, observe = () => {} } = options;
  const { call, end } = createTimedCalls(options.fetch ?? fetch);
  const fingerprint = createFingerprint();
  const issuer = issuerName(config.issuer);
  const keys = createKeys(config, {
    fetch: call,
    observe: (outcome) => observe({ cache: "jwks", outcome }),
  });
  const verify = createVerify(config, keys);
  const exchanged =
    config.exchange &&
    createExchangedTokens({
      exchange: createTokenExchange(config.issuer, config.exchange, call),
      fingerprint,
      observe: (outcome) => observe({ cache: "token_exchange", outcome }),
    });

  /** The credential for MLflow, and the key and owner that follow from it. */
  async function callerOf(token: string, claims: Claims, workspace: string): Promise<Called> {
    const subject = fingerprint("subject", issuer, claims.sub, workspace);
    if (exchanged === undefined) {
      const { serviceCredential: credential } = options;
      return { key: subject, owner: subject, ...(credential ? { credential } : {}) };
    }
    const own = await exchanged.tokenFor({ token, exp: claims.exp });
    return {
      credential: { kind: "bearer", token: own },
      key: fingerprint("exchanged", own, workspace),
      owner: fingerprint("grant", grantIn(claims), workspace),
    };
  }

  return {
    async identify(asked) {
      const called = workspaceResource(resource, asked.pathWorkspace);
      try {
        const token = bearerToken(asked.authorization);
        if (token === undefined) throw tokenMissing(called, issuer);
        const audiences = config.audience ? [config.audience] : [...new Set([resource, called])];
        const claims = await verify(token, audiences);
        const workspace = chooseWorkspace(claims, asked.workspace, {
          claim: config.workspacesClaim,
          configured: options.workspace,
        });
        const listed = listedWorkspaces(claims, config.workspacesClaim);
        return {
          ...(workspace === undefined ? {} : { workspace }),
          ...(listed === undefined ? {} : { listedWorkspaces: listed }),
          ...(await callerOf(token, claims, workspace ?? "")),
          caller: fingerprint("oauth", issuer, claims.sub),
          subject: claims.sub,
          expiresAt: 1_000 * (claims.exp + config.clockSkewSeconds),
          scopes: scopesOf(claims),
        };
      } catch (error) {
        throw error instanceof InvalidToken ? tokenInvalid(called, issuer, error.message) : error;
      }
    },
    insufficientScope: (scope: Scope, pathWorkspace: string | undefined) =>
      insufficientScope(scope, workspaceResource(resource, pathWorkspace)),
    // The caller can correct MLflow's 401 only if MLflow was called with the caller's own token.
    ...(exchanged
      ? {
          challenge: invalidTokenChallenge(
            resource,
            "MLflow does not accept the token that the access token was exchanged for.",
          ),
        }
      : {}),
    close() {
      end(new Error("this server is ending"));
      exchanged?.forget();
    },
  };
}
