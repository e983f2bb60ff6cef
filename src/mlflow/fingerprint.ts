import { createHmac, randomBytes } from "node:crypto";

/**
 * Makes a function that stands in for secrets where they are only told apart, such as the keys of
 * a map. Its key is its own and random: what one process shows can be tested against no guess.
 */
export function createFingerprint(): (secret: string) => string {
  const key = randomBytes(32);
  return (secret) => createHmac("sha256", key).update(secret).digest("base64url");
}
