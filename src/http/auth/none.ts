import type { Credential } from "../../mlflow/client.ts";
import type { Fingerprint } from "./fingerprint.ts";
import type { Authenticator } from "./identity.ts";

/** `--auth none`: everybody is served with the server's own credential. */
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
        subject: "anonymous",
        key,
        // Nobody shows who they are, so sessions are told apart by their ids alone.
        owner: key,
      };
    },
    close() {},
  };
}
