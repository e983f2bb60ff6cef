import type { IncomingMessage } from "node:http";
import type { HttpConfig } from "../../config/http-config.ts";
import type { ClientAddress } from "../client-address.ts";
import type { RateLimit } from "../limits/rate-limit.ts";
import type { Access, AccessCache } from "./access-cache.ts";
import { endRevokedStream } from "./end-revoked-stream.ts";
import type { Authenticator, Identity, RequestedAccess } from "./identity.ts";
import { checkAllowed, workspaceAsked, workspaceInPath } from "./workspace.ts";

export interface AuthorizeParts {
  readonly config: { readonly http: Pick<HttpConfig, "workspaces" | "credentialCheck"> };
  readonly authenticator: Authenticator;
  readonly rateLimit: RateLimit;
  readonly admission: AccessCache;
}

/** What a request says of who sends it. @throws HttpRefusal as `workspaceAsked` does */
export function requestedAccess(
  { headers }: IncomingMessage,
  { address }: ClientAddress,
  { pathname }: URL,
  workspaces: readonly string[],
): RequestedAccess {
  const pathWorkspace = workspaceInPath(pathname);
  const workspace = workspaceAsked(pathWorkspace, headers["x-mlflow-workspace"], workspaces);
  const { authorization } = headers;
  return {
    address,
    ...(authorization === undefined ? {} : { authorization }),
    ...(workspace === undefined ? {} : { workspace }),
    ...(pathWorkspace === undefined ? {} : { pathWorkspace }),
  };
}

/** A caller that nothing speaks against serving, but for what `unseen` says. */
export interface Authorized extends Pick<Access, "unseen"> {
  readonly identity: Identity;
}

/**
 * Who sends a request, once everything has been looked at that could speak against serving it.
 * @param known told as soon as it is known who it is, and once more when MLflow has said so
 * @throws HttpRefusal
 */
export async function admit(
  parts: AuthorizeParts,
  asked: RequestedAccess,
  known: (identity: Identity) => void,
): Promise<Authorized> {
  const shown = await parts.authenticator.identify(asked);
  known(shown);
  await parts.rateLimit.count(shown.caller);
  const { unseen, name } = await letIn(parts, asked, shown);
  const named = name === undefined ? shown : { ...shown, name };
  const identity = unseen ? { ...shown, unverified: true } : named;
  known(identity);
  return { identity, ...(unseen ? { unseen } : {}) };
}

async function letIn(
  { config, authenticator, admission }: AuthorizeParts,
  { address }: RequestedAccess,
  identity: Identity,
): Promise<Access> {
  checkAllowed(identity.workspace ?? "default", config.http.workspaces);
  // Without a workspace, and with no credential of the caller's, there is nothing to ask about.
  if (authenticator.challenge === undefined && identity.workspace === undefined) return {};
  return await admission.check(identity, address);
}

/** The stream, as long as its caller would be let in. */
export function untilAccessEnds(
  parts: AuthorizeParts,
  answer: Response,
  asked: RequestedAccess,
  { expiresAt }: Identity,
): Response {
  return endRevokedStream(answer, {
    expiresAt,
    everyMs: 1_000 * parts.config.http.credentialCheck,
    check: async () => letIn(parts, asked, await parts.authenticator.identify(asked)),
  });
}
