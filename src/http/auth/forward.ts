import { HttpRefusal } from "../refusal.ts";
import type { Fingerprint } from "./fingerprint.ts";
import type { Authenticator } from "./identity.ts";
import { normalizeCredential } from "./normalize-credential.ts";

/** Both ways in which MLflow, or the proxy before it, may be signed in to. */
const challenge = 'Basic realm="MLflow", charset="UTF-8", Bearer realm="MLflow"';

/**
 * `--auth forward`: each caller's own Authorization header is what MLflow is called with. Whether
 * it is right is for MLflow to say.
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
          'This server calls MLflow with your own credential and the request carries none: send an Authorization header as MLflow takes it, "Basic", a space and base64, or "Bearer", a space and a token.',
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
 * The user of basic authentication (RFC 7617, 2). Without a password it is none: services that take
 * keys have them sent as `key:`.
 */
function nameIn(authorization: string): { readonly claimedName?: string } {
  const pair = /^Basic (\S+)$/.exec(authorization)?.[1] ?? "";
  const [, name, password] = /^([^:]*):(.*)$/s.exec(Buffer.from(pair, "base64").toString()) ?? [];
  return name && password ? { claimedName: name } : {};
}
