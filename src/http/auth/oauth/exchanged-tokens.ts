import { LRUCache } from "lru-cache";
import type { Fingerprint } from "../fingerprint.ts";
import type { Exchanged } from "./token-endpoint.ts";

/** How many callers' tokens are kept; the longest unused goes first. */
const maxTokens = 10_000;
/** For how long a token is used of which the issuer does not say how long it lives, in seconds. */
const unknownLifetime = 60;
/** How long before its end a token is no longer used, in seconds: a call takes time. */
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
 * Keeps what callers' tokens were exchanged for until shortly before it ends, never longer than the
 * caller's token lives, under a keyed hash of that; many requests with one token wait for one
 * exchange. A failure is not kept.
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

/** Never 0, which would be for ever. */
function keptMs(expiresIn = unknownLifetime, callersEnd: number): number {
  const used = expiresIn - Math.min(margin, expiresIn / 10);
  const callersRest = callersEnd - Date.now() / 1_000;
  return Math.max(1, Math.floor(Math.min(used, callersRest) * 1_000));
}
