import type { HttpConfig } from "../config/http-config.ts";
import type { Credential } from "../mlflow/client.ts";
import { createFingerprint } from "./fingerprint.ts";
import { createForwardAuthenticator } from "./forward.ts";
import type { Authenticator } from "./identity.ts";
import { createOpenAuthenticator } from "./none.ts";

/** What the server itself has: where callers are served who name nothing, and signed in as whom. */
export interface Service {
  readonly workspace?: string;
  readonly credential?: Credential;
  /** The address of the MCP endpoint, as clients know it. */
  readonly resource: string;
}

/** The way in which callers show who they are, that the configuration chooses. */
export function createAuthentication(
  { auth, auditSecret }: HttpConfig,
  service: Service,
): Authenticator {
  const fingerprint = createFingerprint(auditSecret);
  switch (auth.mode) {
    case "none":
      return createOpenAuthenticator(service, fingerprint);
    case "forward":
      return createForwardAuthenticator(service, fingerprint);
    case "oauth":
      throw new Error("not yet");
  }
}
