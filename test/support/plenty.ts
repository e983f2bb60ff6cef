import { SharedLimit } from "../../src/http/limits/shared-limit.ts";

/** A limit that nobody comes near, unless it is to be so much. */
export function plenty(total = 1e9): SharedLimit {
  return new SharedLimit({ total, share: total, refusal: "There is no room." });
}
