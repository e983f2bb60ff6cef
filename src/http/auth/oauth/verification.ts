import { errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import type { OAuthConfig } from "../../../config/http-config.ts";
import { type Claims, claimsSchema } from "./claims.ts";
import { InvalidToken } from "./invalid-token.ts";
import { issuerName, issuerSpellings } from "./issuer.ts";

/** Verifies a token and returns its claims. */
export type Verify = (token: string, audiences: readonly string[]) => Promise<Claims>;

/**
 * Checks tokens by RFC 9068 section 4 and RFC 7519 section 7.2: type, signature (by one of the
 * configured asymmetric algorithms), issuer, audience, lifetime, and that there is a subject. A token
 * that is bound to a key of its sender (RFC 8705 section 3, RFC 9449 section 6) is refused as a bearer
 * token, because it may be stolen (RFC 9449 section 7.2).
 *
 * The result rejects with InvalidToken, or with what `keys` throws.
 */
export function createVerify(config: OAuthConfig, keys: JWTVerifyGetKey): Verify {
  return async (token, audiences) => {
    const payload = await signedPayload(token, audiences);
    const parsed = claimsSchema.safeParse(payload);
    if (!parsed.success) throw new InvalidToken(malformedClaim(parsed.error.issues[0]?.path[0]));
    const { iat = 0, cnf } = parsed.data;
    if (cnf !== undefined) {
      throw new InvalidToken(
        "The access token is bound to a key of its sender (cnf) and was shown without proof of it: this server takes bearer tokens.",
      );
    }
    if (iat > Date.now() / 1_000 + config.clockSkewSeconds) {
      throw new InvalidToken("The access token was issued in the future.");
    }
    return parsed.data;
  };

  async function signedPayload(token: string, audiences: readonly string[]) {
    try {
      const { payload, protectedHeader } = await jwtVerify(token, keys, {
        algorithms: [...config.algorithms],
        issuer: [...issuerSpellings(config.issuer)],
        audience: [...audiences],
        clockTolerance: config.clockSkewSeconds,
        requiredClaims: ["exp", "sub"],
      });
      checkType(protectedHeader.typ);
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) throw new InvalidToken(fault(error, audiences));
      throw error;
    }
  }

  /** RFC 9068 section 4. An operator may allow further types, for issuers that do not write `at+jwt`. */
  function checkType(typ: unknown): void {
    const type = String(typ ?? "JWT")
      .toLowerCase()
      .replace(/^application\//, "");
    if (config.tokenTypes.includes(type)) return;
    const expected = config.tokenTypes.join(" or ");
    throw new InvalidToken(
      `The token's type is not ${expected}, so it may not be an access token. Configure the issuer to write at+jwt, or ask the operator of this server to set --oauth-token-types.`,
    );
  }

  function fault(error: errors.JOSEError, audiences: readonly string[]): string {
    if (error instanceof errors.JWTExpired) return "The access token has expired.";
    if (error instanceof errors.JWTClaimValidationFailed) return claimFault(error, audiences);
    if (error instanceof errors.JOSEAlgNotAllowed) {
      return `The access token is not signed with ${config.algorithms.join(", ")}.`;
    }
    if (error instanceof errors.JWSSignatureVerificationFailed) {
      return "The access token's signature is wrong.";
    }
    if (error instanceof errors.JWKSNoMatchingKey) {
      return "The access token is signed with a key that its issuer does not publish.";
    }
    if (error instanceof errors.JWKSMultipleMatchingKeys) {
      return "The access token does not say which of its issuer's keys it is signed with.";
    }
    return "The access token is not a signed JWT.";
  }

  function claimFault(
    { claim, reason }: errors.JWTClaimValidationFailed,
    audiences: readonly string[],
  ): string {
    if (reason === "missing") return `The access token has no claim ${claim}.`;
    if (reason === "invalid") return malformedClaim(claim);
    if (claim === "nbf") return "The access token is not valid yet.";
    if (claim === "iss") {
      return `The access token's issuer is not ${issuerName(config.issuer)}.`;
    }
    return `The access token is not for this server: its audience must be ${audiences.join(" or ")}.`;
  }
}

/** `claim` is one that is looked at here, so its name is no text of the token's. */
function malformedClaim(claim: PropertyKey | undefined): string {
  return `The access token's claim ${String(claim)} has the wrong form.`;
}
