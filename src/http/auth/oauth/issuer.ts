/**
 * The forms in which an issuer may write its own name in tokens and metadata. A parsed URL without a
 * path no longer shows whether it ended with a slash, and both forms name the same authorization
 * server. Any other issuer has exactly one form (RFC 8414 section 3.3: compared as strings).
 */
export function issuerSpellings(issuer: URL): readonly string[] {
  return issuer.pathname === "/" ? [issuer.origin, `${issuer.origin}/`] : [issuer.href];
}

/** An issuer's name for messages. */
export function issuerName(issuer: URL): string {
  return issuer.pathname === "/" ? issuer.origin : issuer.href;
}
