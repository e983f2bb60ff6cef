import type { Credential } from "../../mlflow/client.ts";
import { anonymous } from "../../registry/versions/provenance.ts";
import type { Fingerprint } from "./fingerprint.ts";
import type { Authenticator } from "./identity.ts";

/** `--auth none`: all callers are served with the server's own credential. */
export function createAnonymousAuthenticator(
  service: { readonly workspace?: string; readonly credential?: Credential },
  fingerprint: Fingerprint,
): Authenticator {
  const keyOf = (workspace = "") => fingerprint("none", workspace);
  const ownKey = keyOf(service.workspace);
  return {
    async identify({ workspace = service.workspace, address }) {
      const key = workspace === service.workspace ? ownKey : keyOf(workspace);
      return {
        ...(workspace === undefined ? {} : { workspace }),
        ...(service.credential ? { credential: service.credential } : {}),
        caller: address,
        subject: anonymous,
        key,
        // Callers are anonymous, so only the session id protects a session.
        owner: key,
      };
    },
    close() {},
  };
}
