import { RateLimiterMemory, RateLimiterRes } from "rate-limiter-flexible";
import { tooMany } from "../refusal.ts";

/** Requests per minute of each caller. Each call of a batch counts as one. */
export interface RateLimit {
  /** @throws HttpRefusal 429 with Retry-After when the caller exceeds its limit */
  count(caller: string, requests?: number): Promise<void>;
}

/** @param perMinute 0 means no limit */
export function createRateLimit(perMinute: number): RateLimit {
  if (perMinute === 0) return { count: async () => {} };
  const limiter = new RateLimiterMemory({ points: perMinute, duration: 60 });
  return {
    async count(caller, requests = 1) {
      try {
        await limiter.consume(caller, requests);
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
