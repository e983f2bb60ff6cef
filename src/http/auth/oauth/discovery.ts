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
 * The URL of an issuer's keys, from the first of its metadata documents that has one and that names
 * this issuer (RFC 8414 section 3.3).
 * @throws HttpRefusal 503 when no document does
 */
export async function discoverJwksUri(issuer: URL, options: DiscoveryOptions): Promise<URL> {
  const reasons: string[] = [];
  for (const { algorithm, name } of documents) {
    try {
      return await jwksUriIn(issuer, algorithm, options);
    } catch (error) {
      reasons.push(`${name}: ${failureReason(error)}`);
    }
  }
  throw unavailable(
    `Access tokens cannot be checked: the metadata of the issuer ${issuerName(issuer)} cannot be used (${reasons.join("; ")}). Check that this server reaches --oauth-issuer, or set --oauth-jwks-uri.`,
  );
}

async function jwksUriIn(
  issuer: URL,
  algorithm: "oauth2" | "oidc",
  { fetch, timeoutMs }: DiscoveryOptions,
): Promise<URL> {
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
  const metadata = await oauth.processDiscoveryResponse(issuer, response);
  const uri = jwksUriSchema.safeParse(metadata.jwks_uri);
  if (uri.success && isAsSafeAs(issuer, uri.data)) return uri.data;
  throw new Error("it names no https jwks_uri");
}

const jwksUriSchema = z.url().transform((text) => new URL(text));

/** The keys must be protected like the metadata that names them: no http URL in https metadata. */
function isAsSafeAs(issuer: URL, { protocol, hostname }: URL): boolean {
  if (protocol === "https:") return true;
  return protocol === "http:" && issuer.protocol === "http:" && isLoopback(hostname);
}
