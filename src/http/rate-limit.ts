import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { tooMany } from "./refusal.ts";

/** Requests a minute, counted for each caller by itself. */
export interface RateLimit {
  /** @throws HttpRefusal 429 with Retry-After when the caller has used up its minute */
  count(caller: string): Promise<void>;
}

/** @param perMinute 0 means no limit */
export function createRateLimit(perMinute: number): RateLimit {
  if (perMinute === 0) return { count: async () => {} };
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  return {
    async count(caller) {
      try {
        await limiter.consume(caller);
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused;
        throw tooMany(
          `This caller has made more than ${perMinute} requests in a minute.`,
          refused.msBeforeNext / 1_000,
        );
      }
    },
  };
}
