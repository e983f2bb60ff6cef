import type { IncomingMessage } from "node:http";
import type { HttpConfig } from "../config/http-config.ts";
import type { Admission } from "./admission.ts";
import type { Asked, Authenticator, Identity } from "./identity.ts";
import type { Peer } from "./peer.ts";
import type { RateLimit } from "./rate-limit.ts";
import type { HttpRefusal } from "./refusal.ts";
import { checkedStream } from "./stream-check.ts";
import { checkAllowed, workspaceAsked, workspaceInPath } from "./workspace.ts";

export interface AdmitParts {
  readonly config: { readonly http: Pick<HttpConfig, "workspaces" | "credentialCheck"> };
  readonly authenticator: Authenticator;
  readonly rateLimit: RateLimit;
  readonly admission: Admission;
}

/** What a request says of who sends it. @throws HttpRefusal as `workspaceAsked` does */
export function askedBy(
  { headers }: IncomingMessage,
  { address }: Peer,
  { pathname }: URL,
  workspaces: readonly string[],
): Asked {
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

/** A caller that nothing speaks against serving. */
export interface Admitted {
  readonly identity: Identity;
  /** See `Admission.check`. */
  readonly unseen: HttpRefusal | undefined;
}

/**
 * Who sends a request, once everything has been looked at that could speak against serving it.
 * @param known told as soon as it is known who it is, and once more when MLflow has said so
 * @throws HttpRefusal
 */
export async function admit(
  parts: AdmitParts,
  asked: Asked,
  known: (identity: Identity) => void,
): Promise<Admitted> {
  const { name, ...unnamed } = await parts.authenticator.identify(asked);
  known(unnamed);
  await parts.rateLimit.count(unnamed.caller);
  const unseen = await letIn(parts, asked, unnamed);
  // A name counts once MLflow has accepted the credential that it comes from.
  const proven = name === undefined ? unnamed : { ...unnamed, name };
  const identity = unseen ? { ...unnamed, unproven: true } : proven;
  known(identity);
  return { identity, unseen };
}

async function letIn(
  { config, authenticator, admission }: AdmitParts,
  { address }: Asked,
  identity: Identity,
): Promise<HttpRefusal | undefined> {
  checkAllowed(identity.workspace ?? "default", config.http.workspaces);
  // Without a workspace, and with no credential of the caller's, there is nothing to ask about.
  if (authenticator.challenge === undefined && identity.workspace === undefined) return undefined;
  return await admission.check(identity, address);
}

/** The stream, as long as its caller would be let in. */
export function asLongAsLetIn(
  parts: AdmitParts,
  answer: Response,
  asked: Asked,
  { endsAt }: Identity,
): Response {
  return checkedStream(answer, {
    endsAt,
    everyMs: 1_000 * parts.config.http.credentialCheck,
    check: async () => letIn(parts, asked, await parts.authenticator.identify(asked)),
  });
}
