import { LRUCache } from "lru-cache";
import type { OpenRegistry } from "../open-registry.ts";
import { RegistryError } from "../registry/errors.ts";
import type { Identity } from "./identity.ts";
import { HttpRefusal } from "./refusal.ts";
import { refusalOf } from "./registry-refusal.ts";
import { SignIns } from "./sign-ins.ts";

const mostCallers = 10_000;

export interface AdmissionOptions {
  readonly registry: Pick<OpenRegistry, "view">;
  /** As an `Authenticator` has it: absent where MLflow is called with no credential of the callers. */
  readonly challenge?: string;
  /** A credential that stops working, and a workspace that goes, are noticed after so long. */
  readonly admittedMs: number;
  readonly observe: (outcome: "hit" | "miss") => void;
}

/**
 * Asks the registry now and then for each caller and workspace whether the caller is let in, so
 * that who is not gets an HTTP status at its first request, whatever it asks for.
 */
export class Admission {
  readonly #options: AdmissionOptions;
  /** Let in within the last `admittedMs`. */
  readonly #admitted: LRUCache<string, true>;
  /** Let in when they were last asked about, however long ago. */
  readonly #seen = new LRUCache<string, true>({ max: mostCallers });
  readonly #asking = new Map<string, Promise<HttpRefusal | undefined>>();
  readonly #signIns = new SignIns();

  constructor(options: AdmissionOptions) {
    this.#options = options;
    this.#admitted = new LRUCache({ max: mostCallers, ttl: options.admittedMs });
  }

  /**
   * @param address the client's, as `Peer` has it
   * @returns undefined for a caller that the registry has let in. While it cannot be reached, for one
   *   that it never let in: what everything is to be refused with that shows anything of the registry
   * @throws HttpRefusal 401, 403, 404 (no such workspace), 400 (no workspaces at all), or 429 for a
   *   credential that is not known from an address that has failed often
   */
  async check(identity: Identity, address: string): Promise<HttpRefusal | undefined> {
    const { key } = identity;
    const admitted = this.#admitted.has(key);
    this.#options.observe(admitted ? "hit" : "miss");
    if (admitted) return undefined;
    // The question belongs to all who wait for it, so no single caller's signal ends it.
    const asking = this.#asking.get(key) ?? this.#ask(identity, address);
    this.#asking.set(key, asking);
    return await asking;
  }

  async #ask(identity: Identity, address: string): Promise<HttpRefusal | undefined> {
    const { key } = identity;
    try {
      await this.#search(identity, address);
      this.#admitted.set(key, true);
      this.#seen.set(key, true);
      return undefined;
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      const { challenge } = this.#options;
      const refusal = refusalOf(error, challenge);
      if (refusal === undefined) return this.#isTrusted(key) ? undefined : unseen(error);
      this.#seen.delete(key);
      throw refusal;
    } finally {
      this.#asking.delete(key);
    }
  }

  async #search(identity: Identity, address: string): Promise<void> {
    const { registry } = this.#options;
    const search = (unproven: boolean) =>
      registry.view({ ...identity, unproven }).searchPrompts({ limit: 1 });
    if (this.#isTrusted(identity.key)) await search(false);
    else await this.#signIns.attempt(address, () => search(true));
  }

  /** MLflow has accepted the credential before, or it is this server's own. */
  #isTrusted(key: string): boolean {
    return this.#options.challenge === undefined || this.#seen.has(key);
  }
}

/** The registry does not say whether the caller may be served. */
function unseen({ message }: RegistryError): HttpRefusal {
  const retry = { "retry-after": "5" };
  return new HttpRefusal(503, `Your credential cannot be checked at the moment: ${message}`, retry);
}
