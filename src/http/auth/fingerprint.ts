import { createHmac, randomBytes } from "node:crypto";

/** A keyed hash of texts: equal for equal texts only, without revealing them. */
export type Fingerprint = (...parts: readonly string[]) => string;

/**
 * @param secret with it one can test which text a fingerprint belongs to. The default is random:
 *   fingerprints are then valid in this process only
 */
export function createFingerprint(secret?: string): Fingerprint {
  const key = secret ?? randomBytes(32);
  return (...parts) => {
    const hmac = createHmac("sha256", key);
    // The length before each part keeps two lists of parts from making the same text.
    for (const part of parts) hmac.update(`${part.length}:${part}`);
    return hmac.digest("base64url");
  };
}
