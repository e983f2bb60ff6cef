/**
 * Credentials are compared, counted and cached as texts, and one credential has many spellings. They
 * are normalized before that, so that another spelling is not another caller.
 */

/**
 * Normalizes a Basic or Bearer credential to `Basic <base64>` (RFC 7617) or `Bearer <token>`
 * (RFC 6750): the case of the scheme, white space, and the unused bits and padding of base64.
 * @returns undefined when the header has neither form
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
 * Normalizes the signature of a JWT: its last letter has unused bits, so that one token has up to
 * sixteen valid spellings (RFC 7515, appendix C; RFC 4648, 3.5). Any other token is unchanged.
 */
export function normalizeToken(token: string): string {
  const [, signed, signature] = /^([\w-]+\.[\w-]+\.)([\w-]+)=*$/.exec(token) ?? [];
  if (signed === undefined || signature === undefined) return token;
  return `${signed}${Buffer.from(signature, "base64url").toString("base64url")}`;
}
