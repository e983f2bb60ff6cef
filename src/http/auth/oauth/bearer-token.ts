import { normalizeToken } from "../normalize-credential.ts";
import { InvalidToken } from "./invalid-token.ts";

/**
 * The token of an Authorization header (RFC 6750 section 2.1). The query is not looked at: a token
 * in an address ends up in logs.
 * @returns the token in its one spelling, undefined when the header is absent or of another scheme
 * @throws InvalidToken when what follows the scheme is no token
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
