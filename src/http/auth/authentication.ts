import type { HttpConfig } from "../../config/http-config.ts";
import type { Credential } from "../../mlflow/client.ts";
import { createFingerprint } from "./fingerprint.ts";
import { createForwardAuthenticator } from "./forward.ts";
import type { Authenticator } from "./identity.ts";
import { createAnonymousAuthenticator } from "./none.ts";
import { createOAuthAuthenticator } from "./oauth/authenticator.ts";

/** The server's own defaults. */
export interface AuthenticationOptions {
  /** The workspace of callers that name none. */
  readonly workspace?: string;
  /** The server's own credential for MLflow. */
  readonly credential?: Credential;
  /** The address of the MCP endpoint, as clients know it. */
  readonly resource: string;
  /** Called for each cache lookup. */
  readonly observe: (lookup: { readonly cache: string; readonly outcome: "hit" | "miss" }) => void;
}

/** Creates the authenticator of the configured mode. */
export function createAuthentication(
  { auth, auditSecret }: HttpConfig,
  service: AuthenticationOptions,
): Authenticator {
  const fingerprint = createFingerprint(auditSecret);
  switch (auth.mode) {
    case "none":
      return createAnonymousAuthenticator(service, fingerprint);
    case "forward":
      return createForwardAuthenticator(service, fingerprint);
    case "oauth":
      return createOAuthAuthenticator(auth, {
        resource: service.resource,
        observe: service.observe,
        ...(service.workspace === undefined ? {} : { workspace: service.workspace }),
        ...(service.credential ? { serviceCredential: service.credential } : {}),
      });
  }
}
