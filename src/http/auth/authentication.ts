import type { HttpConfig } from "../../config/http-config.ts";
import type { Credential } from "../../mlflow/client.ts";
import { createFingerprint } from "./fingerprint.ts";
import { createForwardAuthenticator } from "./forward.ts";
import type { Authenticator } from "./identity.ts";
import { createAnonymousAuthenticator } from "./none.ts";
import { createOAuthAuthenticator } from "./oauth/authenticator.ts";

/** What the server itself has: where callers are served who name nothing, and signed in as whom. */
export interface Service {
  readonly workspace?: string;
  readonly credential?: Credential;
  /** The address of the MCP endpoint, as clients know it. */
  readonly resource: string;
  /** Told of every look into what is remembered. */
  readonly observe: (lookup: { readonly cache: string; readonly outcome: "hit" | "miss" }) => void;
}

/** The way in which callers show who they are, that the configuration chooses. */
export function createAuthentication(
  { auth, auditSecret }: HttpConfig,
  service: Service,
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
