import { HttpRefusal } from "../../refusal.ts";
import type { Scope } from "../identity.ts";
import { metadataUrl } from "./resource-metadata.ts";

/**
 * What a token must let its bearer do before anything is served: clients ask for this first, and
 * for more when a call needs it.
 */
const leastScope: Scope = "prompts:read";

/** The request brought no token: the challenge names no error (RFC 6750 section 3.1). */
export function tokenMissing(resource: string, issuer: string): HttpRefusal {
  return new HttpRefusal(
    401,
    `An access token is needed: get one from ${issuer} and send it as "Authorization: Bearer <token>".`,
    { "www-authenticate": challenge({ resource, scope: leastScope }) },
  );
}

/** The WWW-Authenticate header for a token that cannot be used. */
export function invalidTokenChallenge(resource: string, description: string): string {
  return challenge({ error: "invalid_token", description, resource, scope: leastScope });
}

/** The request brought a token that cannot be used, for the reason that `description` gives. */
export function tokenInvalid(resource: string, issuer: string, description: string): HttpRefusal {
  return new HttpRefusal(401, `${description} Get a new access token from ${issuer}.`, {
    "www-authenticate": invalidTokenChallenge(resource, description),
  });
}

/**
 * The token is good and lacks the scope that a call needs (RFC 6750 section 3.1; MCP 2026-07-28,
 * Runtime Insufficient Scope Errors). `resource` is the one that was called.
 */
export function insufficientScope(scope: Scope, resource: string): HttpRefusal {
  const description = `The access token lacks the scope ${scope}, which this call needs.`;
  return new HttpRefusal(403, `${description} Get one that has it.`, {
    "www-authenticate": challenge({ error: "insufficient_scope", description, resource, scope }),
  });
}

function challenge(says: {
  readonly error?: "invalid_token" | "insufficient_scope";
  readonly description?: string;
  readonly scope: Scope;
  readonly resource: string;
}): string {
  const parameters = [
    ["error", says.error],
    ["error_description", says.description],
    ["scope", says.scope],
    ["resource_metadata", metadataUrl(says.resource)],
  ];
  const written = parameters.flatMap(([name, value]) =>
    value === undefined ? [] : [`${name}="${quotable(value)}"`],
  );
  return `Bearer ${written.join(", ")}`;
}

/**
 * What may stand between the quotes (RFC 6750 section 3): ASCII without quotes, backslashes and
 * controls.
 */
function quotable(text: string): string {
  return text.replace(/["\\]/g, "'").replace(/[^\x20-\x7e]/g, "?");
}
