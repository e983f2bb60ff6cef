import type { IncomingMessage } from "node:http";
import type { HttpConfig } from "../../config/http-config.ts";
import type { ClientAddress } from "../client-address.ts";
import type { RateLimit } from "../limits/rate-limit.ts";
import type { Access, AccessCache } from "./access-cache.ts";
import { endRevokedStream } from "./end-revoked-stream.ts";
import type { Authenticator, Identity, RequestedAccess } from "./identity.ts";
import { checkAllowed, requestedWorkspace, workspaceInPath } from "./workspace.ts";

export interface AuthorizeParts {
  readonly config: { readonly http: Pick<HttpConfig, "workspaces" | "credentialCheck"> };
  readonly authenticator: Authenticator;
  readonly rateLimit: RateLimit;
  readonly accessCache: AccessCache;
}

/** The credential and workspace of a request. @throws HttpRefusal as `requestedWorkspace` does */
export function requestedAccess(
  { headers }: IncomingMessage,
  { address }: ClientAddress,
  { pathname }: URL,
  workspaces: readonly string[],
): RequestedAccess {
  const pathWorkspace = workspaceInPath(pathname);
  const workspace = requestedWorkspace(pathWorkspace, headers["x-mlflow-workspace"], workspaces);
  const { authorization } = headers;
  return {
    address,
    ...(authorization === undefined ? {} : { authorization }),
    ...(workspace === undefined ? {} : { workspace }),
    ...(pathWorkspace === undefined ? {} : { pathWorkspace }),
  };
}

/** A caller whose requests are served, except as `unverified` says. */
export interface Authorized extends Pick<Access, "unverified"> {
  readonly identity: Identity;
}

/**
 * Authenticates the caller, counts the request against its rate limit, and verifies its access to
 * the workspace.
 * @param onIdentity called when the credential is read, and again when MLflow has answered
 * @throws HttpRefusal
 */
export async function authorize(
  parts: AuthorizeParts,
  requested: RequestedAccess,
  onIdentity: (identity: Identity) => void,
): Promise<Authorized> {
  const claimed = await parts.authenticator.identify(requested);
  onIdentity(claimed);
  await parts.rateLimit.count(claimed.caller);
  const { unverified, name } = await verifyAccess(parts, requested, claimed);
  const named = name === undefined ? claimed : { ...claimed, name };
  const identity = unverified ? { ...claimed, unverified: true } : named;
  onIdentity(identity);
  return { identity, ...(unverified ? { unverified } : {}) };
}

async function verifyAccess(
  { config, authenticator, accessCache }: AuthorizeParts,
  { address }: RequestedAccess,
  identity: Identity,
): Promise<Access> {
  checkAllowed(identity.workspace ?? "default", config.http.workspaces);
  // With the server's own credential only the existence of the workspace needs a check.
  if (authenticator.challenge === undefined && identity.workspace === undefined) return {};
  return await accessCache.check(identity, address);
}

/** The stream, which ends when its caller loses access. */
export function untilAccessEnds(
  parts: AuthorizeParts,
  response: Response,
  requested: RequestedAccess,
  { expiresAt }: Identity,
): Response {
  return endRevokedStream(response, {
    expiresAt,
    intervalMs: 1_000 * parts.config.http.credentialCheck,
    verify: async () =>
      verifyAccess(parts, requested, await parts.authenticator.identify(requested)),
  });
}
