import { LRUCache } from "lru-cache";
import type { OpenRegistry } from "../../backend/open-registry.ts";
import { RegistryError } from "../../registry/errors.ts";
import { HttpRefusal } from "../refusal.ts";
import type { Identity } from "./identity.ts";
import { LoginThrottle } from "./login-throttle.ts";
import { refusalOf } from "./registry-refusal.ts";

const mostCallers = 10_000;

export interface AccessCacheOptions {
  readonly registry: Pick<OpenRegistry, "view">;
  /** As an `Authenticator` has it: absent where MLflow is called with no credential of the callers. */
  readonly challenge?: string;
  /** A credential that stops working, and a workspace that goes, are noticed after so long. */
  readonly recheckMs: number;
  readonly observe: (outcome: "hit" | "miss") => void;
  /** By which name MLflow knows the caller; absent where callers have no users of MLflow. */
  readonly userName?: (identity: Identity) => Promise<string | undefined>;
}

/** What the registry says of a caller. */
export interface Access {
  /**
   * The registry cannot be reached and has never let the caller in: what everything is to be refused
   * with that shows anything of the registry.
   */
  readonly unseen?: HttpRefusal;
  /** The user name that MLflow has confirmed. */
  readonly name?: string | undefined;
}

/**
 * Asks the registry now and then for each caller and workspace whether the caller is let in, so
 * that who is not gets an HTTP status at its first request, whatever it asks for.
 */
export class AccessCache {
  readonly #options: AccessCacheOptions;
  /** Let in within the last `recheckMs`. */
  readonly #admitted: LRUCache<string, true>;
  /** Let in when they were last asked about, however long ago, with the name if it was told. */
  readonly #seen = new LRUCache<string, { readonly name?: string | undefined }>({
    max: mostCallers,
  });
  readonly #asking = new Map<string, Promise<Access>>();
  readonly #signIns = new LoginThrottle();

  constructor(options: AccessCacheOptions) {
    this.#options = options;
    this.#admitted = new LRUCache({ max: mostCallers, ttl: options.recheckMs });
  }

  /**
   * @param address the client's, as `ClientAddress` has it
   * @throws HttpRefusal 401, 403, 404 (no such workspace), 400 (no workspaces at all), or 429 for a
   *   credential that is not known from an address that has failed often
   */
  async check(identity: Identity, address: string): Promise<Access> {
    const { key } = identity;
    const admitted = this.#admitted.has(key);
    this.#options.observe(admitted ? "hit" : "miss");
    if (admitted) return this.#seen.get(key) ?? {};
    // The question belongs to all who wait for it, so no single caller's signal ends it.
    const asking = this.#asking.get(key) ?? this.#ask(identity, address);
    this.#asking.set(key, asking);
    return await asking;
  }

  async #ask(identity: Identity, address: string): Promise<Access> {
    const { key } = identity;
    try {
      await this.#search(identity, address);
      const seen = this.#seen.get(key);
      const standing = seen && "name" in seen ? seen : await this.#nameOf(identity);
      this.#admitted.set(key, true);
      this.#seen.set(key, standing);
      return standing;
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      const { challenge } = this.#options;
      const refusal = refusalOf(error, challenge);
      if (refusal === undefined) {
        return this.#seen.get(key) ?? (this.#isTrusted(key) ? {} : { unseen: unseen(error) });
      }
      this.#seen.delete(key);
      throw refusal;
    } finally {
      this.#asking.delete(key);
    }
  }

  async #search(identity: Identity, address: string): Promise<void> {
    const { registry } = this.#options;
    const search = (unverified: boolean) =>
      registry.view({ ...identity, unverified }).searchPrompts({ limit: 1 });
    if (this.#isTrusted(identity.key)) await search(false);
    else await this.#signIns.attempt(address, () => search(true));
  }

  /** A name that is not told keeps nobody out; it is asked for again with the next check. */
  async #nameOf(identity: Identity): Promise<Access> {
    try {
      return { name: await this.#options.userName?.(identity) };
    } catch (error) {
      if (error instanceof RegistryError) return {};
      throw error;
    }
  }

  /** MLflow has accepted the credential before, or it is this server's own. */
  #isTrusted(key: string): boolean {
    return this.#options.challenge === undefined || this.#seen.has(key);
  }
}

/** The registry does not say whether the caller may be served. */
function unseen({ message, retryAfterSeconds = 5 }: RegistryError): HttpRefusal {
  const retry = { "retry-after": String(Math.max(1, retryAfterSeconds)) };
  return new HttpRefusal(503, `Your credential cannot be checked at the moment: ${message}`, retry);
}
