import * as oauth from "oauth4webapi";
import * as z from "zod";
import { isLoopback } from "../../../config/texts.ts";
import { issuerName } from "./issuer.ts";
import { failureReason, unavailable } from "./unavailable.ts";

export interface DiscoveryOptions {
  readonly fetch: typeof fetch;
  readonly timeoutMs: number;
}

/** RFC 8414 section 3.1, then OpenID Connect Discovery 1.0 section 4. */
const documents = [
  { algorithm: "oauth2", name: "/.well-known/oauth-authorization-server" },
  { algorithm: "oidc", name: "/.well-known/openid-configuration" },
] as const;

/**
 * What `read` finds in the first of an issuer's metadata documents that has it and that names this
 * issuer (RFC 8414 section 3.3).
 * @param read throws an Error that says what is missing
 * @param failure how the refusal begins, for instance "Access tokens cannot be checked"
 * @throws HttpRefusal 503 when no document has it
 */
export async function discover<Found>(
  issuer: URL,
  read: (metadata: oauth.AuthorizationServer) => Found,
  failure: { readonly begins: string; readonly ends: string },
  options: DiscoveryOptions,
): Promise<Found> {
  const reasons: string[] = [];
  for (const { algorithm, name } of documents) {
    try {
      return read(await metadataOf(issuer, algorithm, options));
    } catch (error) {
      reasons.push(`${name}: ${failureReason(error)}`);
    }
  }
  throw unavailable(
    `${failure.begins}: the metadata of the issuer ${issuerName(issuer)} cannot be used (${reasons.join("; ")}). ${failure.ends}`,
  );
}

/** The URL of an issuer's keys. @throws HttpRefusal 503 when no metadata document has it */
export async function discoverJwksUri(issuer: URL, options: DiscoveryOptions): Promise<URL> {
  const failure = {
    begins: "Access tokens cannot be checked",
    ends: "Check that this server reaches --oauth-issuer, or set --oauth-jwks-uri.",
  };
  return await discover(issuer, (found) => safeUrl(issuer, found, "jwks_uri"), failure, options);
}

/**
 * An address in an issuer's metadata. It must be protected like the metadata that name it: no http
 * URL in https metadata.
 */
export function safeUrl(
  issuer: URL,
  metadata: oauth.AuthorizationServer,
  name: "jwks_uri" | "authorization_endpoint" | "token_endpoint",
): URL {
  const url = urlSchema.safeParse(metadata[name]);
  if (url.success && isAsSafeAs(issuer, url.data)) return url.data;
  throw new Error(`it names no https ${name}`);
}

async function metadataOf(
  issuer: URL,
  algorithm: "oauth2" | "oidc",
  { fetch, timeoutMs }: DiscoveryOptions,
): Promise<oauth.AuthorizationServer> {
  const response = await oauth.discoveryRequest(issuer, {
    algorithm,
    signal: AbortSignal.timeout(timeoutMs),
    [oauth.customFetch]: (url, init) => fetch(url, init),
    // The configuration allows http for loopback addresses only.
    [oauth.allowInsecureRequests]: issuer.protocol === "http:",
  });
  if (response.status !== 200) {
    await response.body?.cancel();
    throw new Error(`status ${response.status}`);
  }
  return await oauth.processDiscoveryResponse(issuer, response);
}

const urlSchema = z.url().transform((text) => new URL(text));

function isAsSafeAs(issuer: URL, { protocol, hostname }: URL): boolean {
  if (protocol === "https:") return true;
  return protocol === "http:" && issuer.protocol === "http:" && isLoopback(hostname);
}
