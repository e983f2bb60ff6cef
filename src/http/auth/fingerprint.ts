import { createHmac, randomBytes } from "node:crypto";

/** Stands for texts without revealing them: equal for equal texts, and for no others. */
export type Fingerprint = (...parts: readonly string[]) => string;

/**
 * @param secret who knows it can tell which text a fingerprint stands for; without one it is random
 *   and fingerprints mean nothing outside this process
 */
export function createFingerprint(secret?: string): Fingerprint {
  const key = secret ?? randomBytes(32);
  return (...parts) => {
    const hmac = createHmac("sha256", key);
    // With its length before each part, no two lists of parts make the same text.
    for (const part of parts) hmac.update(`${part.length}:${part}`);
    return hmac.digest("base64url");
  };
}
