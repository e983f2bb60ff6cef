import type { Fingerprint } from "./fingerprint.ts";
import type { Authenticator } from "./identity.ts";
import { HttpRefusal } from "./refusal.ts";

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
      if (authorization === undefined || !/^(basic|bearer) +\S/i.test(authorization)) {
        throw new HttpRefusal(
          401,
          "This server calls MLflow with your own credential and the request carries none: send an Authorization header, Basic or Bearer, as MLflow takes it.",
          { "www-authenticate": challenge },
        );
      }
      const caller = fingerprint("forward", authorization);
      return {
        ...(workspace === undefined ? {} : { workspace }),
        credential: { kind: "header", value: authorization },
        caller,
        ...nameIn(authorization),
        subject: `credential:${caller.slice(0, 16)}`,
        key: fingerprint("forward", authorization, workspace ?? ""),
      };
    },
    close() {},
  };
}

/** The user of basic authentication (RFC 7617, 2). */
function nameIn(authorization: string): { readonly name?: string } {
  const pair = /^basic +(\S+)$/i.exec(authorization)?.[1];
  const [name] = Buffer.from(pair ?? "", "base64")
    .toString("utf8")
    .split(":");
  return name ? { name } : {};
}
