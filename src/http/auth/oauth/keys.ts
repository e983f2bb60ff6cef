import {
  createRemoteJWKSet,
  customFetch,
  errors,
  type JWTVerifyGetKey,
  type RemoteJWKSet,
} from "jose";
import type { OAuthConfig } from "../../../config/http-config.ts";
import { once } from "../../../registry/concurrency/once.ts";
import { discoverJwksUri } from "./discovery.ts";
import { issuerName } from "./issuer.ts";
import { failureReason, pausingAfterFailure, unavailable } from "./unavailable.ts";

/** A key that the issuer has withdrawn stops working after this long. */
const maxAgeMs = 10 * 60_000;
/** The shortest time between two fetches that tokens with unknown keys cause. */
const cooldownMs = 10_000;
const timeoutMs = 5_000;

/** The errors of the key lookup that the token causes, not the issuer. */
const tokensFaults = [
  errors.JWKSNoMatchingKey,
  errors.JWKSMultipleMatchingKeys,
  errors.JOSENotSupported,
];

export interface KeysOptions {
  readonly fetch: typeof fetch;
  readonly observe: (outcome: "hit" | "miss") => void;
}

/**
 * Finds the key that a token names among the keys that its issuer publishes. The keys are fetched
 * for the first token, when they are ten minutes old, and when a token names an unknown key.
 *
 * Throws jose's errors when the token is invalid, and HttpRefusal 503 when the issuer does not
 * respond or its response is not a key set.
 */
export function createKeys(config: OAuthConfig, options: KeysOptions): JWTVerifyGetKey {
  let fetches = 0;
  const fetchKeys = pausingAfterFailure(async (...args: Parameters<typeof fetch>) => {
    fetches++;
    const response = await options.fetch(...args);
    if (response.status === 200) return response;
    await response.body?.cancel();
    throw new Error(`status ${response.status}`);
  });
  const keysAt = (uri: URL): RemoteJWKSet =>
    createRemoteJWKSet(uri, {
      cacheMaxAge: maxAgeMs,
      cooldownDuration: cooldownMs,
      timeoutDuration: timeoutMs,
      [customFetch]: fetchKeys,
    });
  const published = once(
    pausingAfterFailure(async () =>
      keysAt(
        config.jwksUri ??
          (await discoverJwksUri(config.issuer, { fetch: options.fetch, timeoutMs })),
      ),
    ),
  );
  return async (header, token) => {
    const keys = await published();
    const before = fetches;
    const joins = keys.reloading;
    try {
      return await keys(header, token);
    } catch (error) {
      if (tokensFaults.some((fault) => error instanceof fault)) throw error;
      throw unavailable(
        `Access tokens cannot be checked: the keys of the issuer ${issuerName(config.issuer)} cannot be used (${failureReason(error)}). Check that this server reaches ${config.jwksUri ? "--oauth-jwks-uri" : "the issuer's jwks_uri"}.`,
      );
    } finally {
      options.observe(joins || fetches > before ? "miss" : "hit");
    }
  };
}
