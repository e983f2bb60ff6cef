import { LRUCache } from "lru-cache";
import type { Fingerprint } from "../fingerprint.ts";
import type { Exchanged } from "./token-endpoint.ts";

/** Number of cached tokens; the least recently used is evicted first. */
const maxTokens = 10_000;
/** The assumed lifetime of a token without `expires_in`, in seconds. */
const unknownLifetime = 60;
/** How long before its expiry a token is no longer used, in seconds: a call takes time. */
const margin = 30;

/** A caller's token and the end of its life, in seconds since 1970. */
export interface Subject {
  readonly token: string;
  readonly exp: number;
}

export interface ExchangedTokens {
  /** The token that MLflow is called with for a caller's. Rejects as the exchange does. */
  tokenFor(subject: Subject): Promise<string>;
  forget(): void;
}

/**
 * Caches exchanged tokens by a keyed hash of the caller's token, until shortly before they expire and
 * never beyond the expiry of the caller's token. Concurrent requests with one token share one
 * exchange. Failures are not cached.
 */
export function createExchangedTokens(options: {
  readonly exchange: (subjectToken: string) => Promise<Exchanged>;
  readonly fingerprint: Fingerprint;
  readonly observe: (outcome: "hit" | "miss") => void;
}): ExchangedTokens {
  const tokens = new LRUCache<string, string, Subject>({
    max: maxTokens,
    // Tokens end by the wall clock, also while the machine sleeps.
    perf: Date,
    ttlResolution: 0,
    // What is evicted while it is fetched still answers those who wait for it.
    ignoreFetchAbort: true,
    async fetchMethod(_key, _stale, { options: stored, context: { token, exp } }) {
      const exchanged = await options.exchange(token);
      stored.ttl = keptMs(exchanged.expires_in, exp);
      return exchanged.access_token;
    },
  });
  return {
    async tokenFor(subject) {
      const status: LRUCache.Status<string, string, Subject> = {};
      try {
        const key = options.fingerprint(subject.token);
        return await tokens.forceFetch(key, { context: subject, status });
      } finally {
        options.observe(status.fetch === "hit" ? "hit" : "miss");
      }
    },
    forget: () => tokens.clear(),
  };
}

/** At least 1: a ttl of 0 never expires. */
function keptMs(expiresIn = unknownLifetime, callersEnd: number): number {
  const used = expiresIn - Math.min(margin, expiresIn / 10);
  const callersRest = callersEnd - Date.now() / 1_000;
  return Math.max(1, Math.floor(Math.min(used, callersRest) * 1_000));
}
