import { normalizeToken } from "../normalize-credential.ts";
import { InvalidToken } from "./invalid-token.ts";

/**
 * The token of an Authorization header (RFC 6750 section 2.1). A token in the query is ignored: URLs
 * end up in logs.
 * @returns the normalized token; undefined when the header is absent or has another scheme
 * @throws InvalidToken when the text after the scheme is not a token
 */
export function bearerToken(authorization: string | undefined): string | undefined {
  const [scheme, ...rest] = (authorization ?? "").trim().split(/ +/);
  if (scheme?.toLowerCase() !== "bearer") return undefined;
  const [token, ...more] = rest;
  if (token === undefined || more.length > 0 || !/^[\w\-.~+/]+=*$/.test(token)) {
    throw new InvalidToken('The Authorization header must be the word "Bearer", a space, a token.');
  }
  return normalizeToken(token);
}
