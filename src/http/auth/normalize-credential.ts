/**
 * Callers are told apart by their credentials, letter by letter, and a credential has many
 * spellings. All of them become one here, before anything is counted, kept or sent by it.
 */

/**
 * The one spelling of a Basic or Bearer credential: `Basic <base64>` (RFC 7617) or
 * `Bearer <token>` (RFC 6750), whatever the case of the scheme, the white space around it and the
 * unused bits and padding of base64.
 * @returns undefined when the header holds neither
 */
export function normalizeCredential(authorization: string | undefined): string | undefined {
  const [scheme = "", credential, ...more] = (authorization ?? "").trim().split(/[ \t]+/);
  if (credential === undefined || more.length > 0) return undefined;
  if (/^bearer$/i.test(scheme)) {
    return /^[\x21-\x7e]+$/.test(credential) ? `Bearer ${normalizeToken(credential)}` : undefined;
  }
  if (!/^basic$/i.test(scheme) || !/^[A-Za-z0-9+/]+=*$/.test(credential)) return undefined;
  return `Basic ${Buffer.from(credential, "base64").toString("base64")}`;
}

/**
 * A JWT's last letter has bits that no signature uses, and so up to sixteen spellings that are all
 * valid (RFC 7515, appendix C; RFC 4648, 3.5). Every other token is what it is.
 */
export function normalizeToken(token: string): string {
  const [, signed, signature] = /^([\w-]+\.[\w-]+\.)([\w-]+)=*$/.exec(token) ?? [];
  if (signed === undefined || signature === undefined) return token;
  return `${signed}${Buffer.from(signature, "base64url").toString("base64url")}`;
}
