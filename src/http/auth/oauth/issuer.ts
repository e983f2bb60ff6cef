/**
 * How an issuer may write its own name in tokens and metadata. A URL without a path has lost
 * whether it was written with a final slash, and both name the same authorization server; every
 * other issuer has one spelling alone (RFC 8414 section 3.3: compared as texts).
 */
export function issuerSpellings(issuer: URL): readonly string[] {
  return issuer.pathname === "/" ? [issuer.origin, `${issuer.origin}/`] : [issuer.href];
}

/** An issuer's name for others to read. */
export function issuerName(issuer: URL): string {
  return issuer.pathname === "/" ? issuer.origin : issuer.href;
}
