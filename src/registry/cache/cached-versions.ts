import { noVersions } from "../errors.ts";
import type { CallOptions, VersionRequest } from "../prompt-registry.ts";
import type { PromptVersion, VersionSelector } from "../types.ts";
import {
  type CacheableRequests,
  findAliasedNumber,
  type RequestContext,
} from "./cacheable-requests.ts";
import { withAliases } from "./version-entries.ts";

/** Reads versions through the cache, from the entry of their prompt where possible. */
export class CachedVersions {
  readonly #context: RequestContext;
  readonly #requests: CacheableRequests;

  constructor(context: RequestContext, requests: CacheableRequests) {
    this.#context = context;
    this.#requests = requests;
  }

  async get(
    name: string,
    selector: VersionSelector,
    options?: CallOptions,
  ): Promise<PromptVersion> {
    if (isLatest(selector)) return this.#getLatest(name, options);
    const cached = await this.#getThroughPrompt(name, selector, options);
    if (cached !== undefined) return cached;
    return this.#context.cache.getOrFetch(this.#requests.version(name, selector), options);
  }

  async getMany(
    requests: readonly VersionRequest[],
    options?: CallOptions,
  ): Promise<readonly PromptVersion[]> {
    const { registry, cache, versionEntries } = this.#context;
    if (options?.notBefore !== undefined || requests.some(({ prompt }) => prompt === undefined)) {
      return withAliases(requests, await registry.getVersions(requests, options));
    }
    const found = new Map<string, PromptVersion>();
    const missing: VersionRequest[] = [];
    for (const request of requests) {
      const version = request.prompt && versionEntries.get(request.prompt, request.version);
      if (version === undefined) missing.push(request);
      else found.set(version.name, version);
    }
    if (missing.length > 0) {
      const fetched = await cache.getOrFetch(this.#requests.versionBatch(missing), options);
      for (const version of fetched) found.set(version.name, version);
    }
    return requests.flatMap(({ name, version }) => {
      const one = found.get(name);
      return one?.version === version ? [one] : [];
    });
  }

  /** The prompt contains its newest version, and what callers usually request next. */
  async #getLatest(name: string, options: CallOptions | undefined): Promise<PromptVersion> {
    const { latest } = await this.#context.cache.getOrFetch(this.#requests.prompt(name), options);
    if (latest === undefined) throw noVersions(name);
    return latest;
  }

  /**
   * The version that aliases select, if the prompt is cached and contains it. Fetching an outdated
   * prompt again costs no more than fetching the version. During an outage, a stale prompt is enough.
   */
  async #getThroughPrompt(
    name: string,
    selector: VersionSelector,
    options: CallOptions | undefined,
  ): Promise<PromptVersion | undefined> {
    if (selector === "latest" || "version" in selector) return undefined;
    const { cache, versionEntries } = this.#context;
    const request = this.#requests.prompt(name, selector);
    if (cache.getYoungerThan(request, Number.POSITIVE_INFINITY) === undefined) return undefined;
    const prompt = await cache.getOrFetch(request, options);
    const number = findAliasedNumber(prompt, selector);
    if (number === undefined) return undefined;
    return number === prompt.latest?.version ? prompt.latest : versionEntries.get(prompt, number);
  }
}

function isLatest(selector: VersionSelector): boolean {
  if (selector === "latest") return true;
  const alias = "alias" in selector ? selector.alias : "firstOf" in selector && selector.firstOf[0];
  return typeof alias === "string" && alias.toLowerCase() === "latest";
}
