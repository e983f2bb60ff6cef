import { HttpRefusal } from "../refusal.ts";
import type { Fingerprint } from "./fingerprint.ts";
import type { Authenticator } from "./identity.ts";
import { normalizeCredential } from "./normalize-credential.ts";

/** Both schemes that MLflow, or a proxy in front of it, may accept. */
const challenge = 'Basic realm="MLflow", charset="UTF-8", Bearer realm="MLflow"';

/**
 * `--auth forward`: MLflow is called with each caller's own Authorization header, and verifies it.
 */
export function createForwardAuthenticator(
  service: { readonly workspace?: string },
  fingerprint: Fingerprint,
): Authenticator {
  return {
    challenge,
    async identify({ authorization, workspace = service.workspace }) {
      const value = normalizeCredential(authorization);
      if (value === undefined) {
        throw new HttpRefusal(
          401,
          'The request has no credential, and this server calls MLflow with yours: send an Authorization header that MLflow accepts, either "Basic <base64>" or "Bearer <token>".',
          { "www-authenticate": challenge },
        );
      }
      const caller = fingerprint("forward", value);
      const key = fingerprint("forward", value, workspace ?? "");
      return {
        ...(workspace === undefined ? {} : { workspace }),
        credential: { kind: "header", value },
        caller,
        ...nameIn(value),
        subject: `credential:${caller.slice(0, 16)}`,
        key,
        owner: key,
      };
    },
    close() {},
  };
}

/**
 * The user name of basic authentication (RFC 7617, 2). A credential without a password has none:
 * services that use API keys expect `key:`.
 */
function nameIn(authorization: string): { readonly claimedName?: string } {
  const pair = /^Basic (\S+)$/.exec(authorization)?.[1] ?? "";
  const [, name, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(pair, "base64").toString()) ?? [];
  return name && password ? { claimedName: name } : {};
}
