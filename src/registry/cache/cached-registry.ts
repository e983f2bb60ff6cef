import type { Change } from "../changes/change-hub.ts";
import { RegistryError, type RegistryErrorKind } from "../errors.ts";
import type {
  CallOptions,
  PageRequest,
  PromptRegistry,
  VersionRequest,
} from "../prompt-registry.ts";
import type { FoundPrompts, PromptSearch } from "../search/prompt-search.ts";
import type {
  Page,
  Prompt,
  PromptVersion,
  RegistryDescription,
  Tags,
  VersionDraft,
  VersionSelector,
} from "../types.ts";
import { fetchPrompts, fetchPromptsIndividually } from "../versions/fetch-prompts.ts";
import type {
  AliasConditions,
  AliasDeletionConditions,
  Moved,
  PromptUpdate,
  RegisterConditions,
  Registered,
  TagChanges,
  WriteConditions,
} from "../writes.ts";
import type { CacheOwner } from "./cache-entry.ts";
import { CacheableRequests } from "./cacheable-requests.ts";
import { CachedVersions } from "./cached-versions.ts";
import type { ResultCache } from "./result-cache.ts";
import { VersionEntries } from "./version-entries.ts";

/** These refusals of a write show that the caller's entries for the prompt may be outdated. */
const outdatedKinds: readonly RegistryErrorKind[] = ["conflict", "not_found", "already_exists"];

/**
 * A registry with a cache. Before a write returns, it invalidates what it has changed, or may have
 * changed, for all callers in the workspace. A refused write only evicts the caller's own entries for
 * the prompt.
 */
export class CachedRegistry implements PromptRegistry {
  readonly #registry: PromptRegistry;
  readonly #owner: CacheOwner;
  readonly #cache: ResultCache;
  readonly #requests: CacheableRequests;
  readonly #versions: CachedVersions;

  /** @param onChange called when a fetched result reveals a change by another client */
  constructor(
    registry: PromptRegistry,
    owner: CacheOwner,
    cache: ResultCache,
    onChange: (change: Change) => void,
  ) {
    this.#registry = registry;
    this.#owner = owner;
    this.#cache = cache;
    const versionEntries = new VersionEntries(owner, cache);
    const context = { registry, owner, cache, versionEntries, onChange };
    this.#requests = new CacheableRequests(context);
    this.#versions = new CachedVersions(context, this.#requests);
  }

  describe(options?: CallOptions): Promise<RegistryDescription> {
    return this.#cache.getOrFetch(this.#requests.description(), options);
  }

  searchPrompts(search: PromptSearch, options?: CallOptions): Promise<FoundPrompts> {
    return this.#cache.getOrFetch(this.#requests.search(search), options);
  }

  getPrompt(name: string, options?: CallOptions): Promise<Prompt> {
    return this.#cache.getOrFetch(this.#requests.prompt(name), options);
  }

  async hasPrompt(name: string, options?: CallOptions): Promise<boolean> {
    const { exists } = await this.#cache.getOrFetch(this.#requests.presence(name), options);
    return exists;
  }

  /** Serves hits from the cache and fetches all misses in one batch. */
  async getPrompts(names: readonly string[], options?: CallOptions): Promise<readonly Prompt[]> {
    const cached = names.flatMap(
      (name) => this.#cache.get(this.#requests.prompt(name), options?.notBefore)?.result ?? [],
    );
    const missing = new Set(names);
    for (const { name } of cached) missing.delete(name);
    if (missing.size === 0) return cached;
    const time = this.#cache.startRequest();
    try {
      const fetched = await fetchPrompts(this.#registry, [...missing], options);
      for (const prompt of fetched) this.#requests.storeListed(prompt, time);
      return [...cached, ...fetched];
    } catch (error) {
      if (!(error instanceof RegistryError) || error.kind !== "unavailable") throw error;
      // Read one by one, each prompt can be served as a stale result.
      return [...cached, ...(await fetchPromptsIndividually(this, [...missing], options))];
    }
  }

  getVersion(
    name: string,
    selector: VersionSelector,
    options?: CallOptions,
  ): Promise<PromptVersion> {
    return this.#versions.get(name, selector, options);
  }

  getVersions(
    requests: readonly VersionRequest[],
    options?: CallOptions,
  ): Promise<readonly PromptVersion[]> {
    return this.#versions.getMany(requests, options);
  }

  listVersions(
    name: string,
    page: PageRequest,
    options?: CallOptions,
  ): Promise<Page<PromptVersion>> {
    return this.#cache.getOrFetch(this.#requests.versionPage(name, page), options);
  }

  createPrompt(
    name: string,
    details: { readonly description?: string; readonly tags?: Tags },
    options?: CallOptions,
  ): Promise<Prompt> {
    return this.#invalidateAfter(name, this.#registry.createPrompt(name, details, options));
  }

  registerVersion(
    name: string,
    draft: VersionDraft,
    conditions?: RegisterConditions,
    options?: CallOptions,
  ): Promise<Registered> {
    const registering = this.#registry.registerVersion(name, draft, conditions, options);
    return this.#invalidateAfter(name, registering, ({ unchanged }) => !unchanged);
  }

  setAlias(
    name: string,
    alias: string,
    version: number,
    conditions?: AliasConditions,
    options?: CallOptions,
  ): Promise<Moved> {
    const setting = this.#registry.setAlias(name, alias, version, conditions, options);
    return this.#invalidateAfter(name, setting);
  }

  deleteAlias(
    name: string,
    alias: string,
    conditions?: AliasDeletionConditions,
    options?: CallOptions,
  ): Promise<Moved> {
    return this.#invalidateAfter(
      name,
      this.#registry.deleteAlias(name, alias, conditions, options),
    );
  }

  tagPrompt(
    name: string,
    changes: TagChanges,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void> {
    return this.#invalidateAfter(
      name,
      this.#registry.tagPrompt(name, changes, conditions, options),
    );
  }

  tagVersion(
    name: string,
    version: number,
    changes: TagChanges,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void> {
    return this.#invalidateAfter(
      name,
      this.#registry.tagVersion(name, version, changes, conditions, options),
    );
  }

  updatePrompt(
    name: string,
    update: PromptUpdate,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void> {
    return this.#invalidateAfter(
      name,
      this.#registry.updatePrompt(name, update, conditions, options),
    );
  }

  renamePrompt(
    name: string,
    newName: string,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void> {
    const renaming = this.#registry.renamePrompt(name, newName, conditions, options);
    return this.#invalidateAfter(name, this.#invalidateAfter(newName, renaming));
  }

  deleteVersion(
    name: string,
    version: number,
    conditions?: AliasDeletionConditions,
    options?: CallOptions,
  ): Promise<Moved> {
    return this.#invalidateAfter(
      name,
      this.#registry.deleteVersion(name, version, conditions, options),
    );
  }

  deletePrompt(name: string, conditions?: WriteConditions, options?: CallOptions): Promise<void> {
    return this.#invalidateAfter(name, this.#registry.deletePrompt(name, conditions, options));
  }

  async #invalidateAfter<Result>(
    prompt: string,
    write: Promise<Result>,
    hasChanged: (result: Result) => boolean = () => true,
  ): Promise<Result> {
    const invalidate = () => this.#cache.invalidate(this.#owner.workspace, { prompt });
    try {
      const result = await write;
      if (hasChanged(result)) invalidate();
      return result;
    } catch (error) {
      if (!(error instanceof RegistryError) || error.mayHaveChanged) invalidate();
      else if (outdatedKinds.includes(error.kind)) this.#cache.evict(this.#owner, prompt);
      throw error;
    }
  }
}
