import { createHmac, randomBytes } from "node:crypto";

/**
 * Makes a function that replaces a secret by a fingerprint, for uses that only compare secrets, such
 * as the keys of a map. Each function has its own random HMAC key, so a guessed secret cannot be
 * tested against a fingerprint.
 */
export function createFingerprint(): (secret: string) => string {
  const key = randomBytes(32);
  return (secret) => createHmac("sha256", key).update(secret).digest("base64url");
}
