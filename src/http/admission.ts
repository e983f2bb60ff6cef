import { LRUCache } from "lru-cache";
import { RegistryError } from "../registry/errors.ts";
import type { PromptRegistry } from "../registry/prompt-registry.ts";
import type { Identity } from "./identity.ts";
import { refusalOf } from "./registry-refusal.ts";

const mostCallers = 10_000;

/**
 * Asks the registry now and then for each caller and workspace whether the caller is let in, so
 * that who is not gets an HTTP status at its first request, whatever it asks for.
 */
export class Admission {
  readonly #admitted: LRUCache<string, true>;
  readonly #asking = new Map<string, Promise<void>>();
  readonly #challenge: string | undefined;
  readonly #observe: (outcome: "hit" | "miss") => void;

  /** @param admittedMs a credential that stops working, and a workspace that goes, are noticed then */
  constructor(
    challenge: string | undefined,
    admittedMs: number,
    observe: (outcome: "hit" | "miss") => void,
  ) {
    this.#admitted = new LRUCache({ max: mostCallers, ttl: admittedMs });
    this.#challenge = challenge;
    this.#observe = observe;
  }

  /**
   * @throws HttpRefusal 401, 403, 404 (no such workspace) or 400 (no workspaces at all). A registry
   *   that cannot be reached refuses nobody here: the call itself will say so.
   */
  async check({ key }: Identity, registry: PromptRegistry): Promise<void> {
    const admitted = this.#admitted.has(key);
    this.#observe(admitted ? "hit" : "miss");
    if (admitted) return;
    // The question belongs to all who wait for it, so no single caller's signal ends it.
    const asking = this.#asking.get(key) ?? this.#ask(key, registry);
    this.#asking.set(key, asking);
    await asking;
  }

  async #ask(key: string, registry: PromptRegistry): Promise<void> {
    try {
      await registry.searchPrompts({ limit: 1 });
      this.#admitted.set(key, true);
    } catch (error) {
      if (!(error instanceof RegistryError)) throw error;
      const refusal = refusalOf(error, this.#challenge);
      if (refusal) throw refusal;
    } finally {
      this.#asking.delete(key);
    }
  }
}
