import { LRUCache } from "lru-cache";
import type { OpenRegistry } from "../../backend/open-registry.ts";
import { RegistryError } from "../../registry/errors.ts";
import { HttpRefusal } from "../refusal.ts";
import type { Identity } from "./identity.ts";
import { LoginThrottle } from "./login-throttle.ts";
import { refusalOf } from "./registry-refusal.ts";

const maxCallers = 10_000;

export interface AccessCacheOptions {
  readonly registry: Pick<OpenRegistry, "view">;
  /** As in `Authenticator`: absent when MLflow is not called with the caller's own credential. */
  readonly challenge?: string;
  /** How long access is cached: a revoked credential or a deleted workspace is detected after it. */
  readonly ttlMs: number;
  readonly observe: (outcome: "hit" | "miss") => void;
  /** Fetches the caller's user name in MLflow; absent when callers are not users of MLflow. */
  readonly userName?: (identity: Identity) => Promise<string | undefined>;
}

/** What the registry answered about a caller. */
export interface Access {
  /**
   * Set when the registry is unavailable and has never accepted the caller: the refusal of every
   * request that reads or changes the registry.
   */
  readonly unverified?: HttpRefusal;
  /** The user name that MLflow has confirmed. */
  readonly name?: string | undefined;
}

/**
 * Verifies with the registry that a caller has access to a workspace, and caches the result. A caller
 * without access gets an HTTP status at its first request, whatever it requests.
 */
export class AccessCache {
  readonly #options: AccessCacheOptions;
  /** Keys verified within the last `ttlMs`. */
  readonly #fresh: LRUCache<string, true>;
  /** Keys that the last verification accepted, however long ago. A `name` is fetched only once. */
  readonly #accepted = new LRUCache<string, { readonly name?: string | undefined }>({
    max: maxCallers,
  });
  readonly #inFlight = new Map<string, Promise<Access>>();
  readonly #throttle = new LoginThrottle();

  constructor(options: AccessCacheOptions) {
    this.#options = options;
    this.#fresh = new LRUCache({ max: maxCallers, ttl: options.ttlMs });
  }

  /**
   * @param address the client's, as in `ClientAddress`
   * @throws HttpRefusal 401, 403, 404 (no such workspace), 400 (the registry has no workspaces), or
   *   429 for an unverified credential from an address with too many failed logins
   */
  async check(identity: Identity, address: string): Promise<Access> {
    const { key } = identity;
    const isFresh = this.#fresh.has(key);
    this.#options.observe(isFresh ? "hit" : "miss");
    if (isFresh) return this.#accepted.get(key) ?? {};
    // All concurrent requests share this call, so no single caller's signal aborts it.
    const verification = this.#inFlight.get(key) ?? this.#verify(identity, address);
    this.#inFlight.set(key, verification);
    return await verification;
  }

  async #verify(identity: Identity, address: string): Promise<Access> {
    const { key } = identity;
    try {
      await this.#search(identity, address);
      const accepted = this.#accepted.get(key);
      const access = accepted && "name" in accepted ? accepted : await this.#nameOf(identity);
      this.#fresh.set(key, true);
      this.#accepted.set(key, access);
      return access;
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      const { challenge } = this.#options;
      const refusal = refusalOf(error, challenge);
      if (refusal === undefined) {
        const access = this.#accepted.get(key);
        return access ?? (this.#isTrusted(key) ? {} : { unverified: unverifiable(error) });
      }
      this.#accepted.delete(key);
      throw refusal;
    } finally {
      this.#inFlight.delete(key);
    }
  }

  async #search(identity: Identity, address: string): Promise<void> {
    const { registry } = this.#options;
    const search = (unverified: boolean) =>
      registry.view({ ...identity, unverified }).searchPrompts({ limit: 1 });
    if (this.#isTrusted(identity.key)) await search(false);
    else await this.#throttle.attempt(address, () => search(true));
  }

  /** A failure does not deny access; the next verification fetches the name again. */
  async #nameOf(identity: Identity): Promise<Access> {
    try {
      return { name: await this.#options.userName?.(identity) };
    } catch (error) {
      if (error instanceof RegistryError) return {};
      throw error;
    }
  }

  /** Whether MLflow accepted the credential before, or it is this server's own. */
  #isTrusted(key: string): boolean {
    return this.#options.challenge === undefined || this.#accepted.has(key);
  }
}

function unverifiable({ message, retryAfterSeconds = 5 }: RegistryError): HttpRefusal {
  const retry = { "retry-after": String(Math.max(1, retryAfterSeconds)) };
  return new HttpRefusal(503, `Your credential cannot be verified now: ${message}`, retry);
}
