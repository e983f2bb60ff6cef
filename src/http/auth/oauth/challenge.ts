import { HttpRefusal } from "../../refusal.ts";
import type { Scope } from "../identity.ts";
import { metadataUrl } from "./resource-metadata.ts";

/**
 * The scope that every request needs. Clients request it first, and further scopes when a call
 * needs them.
 */
const leastScope: Scope = "prompts:read";

/** For a request without a token: the challenge names no error (RFC 6750 section 3.1). */
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

/** For a request whose token cannot be used; `description` says why. */
export function tokenInvalid(resource: string, issuer: string, description: string): HttpRefusal {
  return new HttpRefusal(401, `${description} Get a new access token from ${issuer}.`, {
    "www-authenticate": invalidTokenChallenge(resource, description),
  });
}

/**
 * For a valid token that lacks the scope a call needs (RFC 6750 section 3.1; MCP 2026-07-28, Runtime
 * Insufficient Scope Errors). `resource` is the resource that was called.
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
 * The text with the characters that are allowed between the quotes (RFC 6750 section 3): ASCII
 * without quotes, backslashes and control characters.
 */
function quotable(text: string): string {
  return text.replace(/["\\]/g, "'").replace(/[^\x20-\x7e]/g, "?");
}
