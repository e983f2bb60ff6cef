import type { Change } from "../changes/change-hub.ts";
import { noVersions, RegistryError, type RegistryErrorKind } from "../errors.ts";
import type {
  AliasConditions,
  CallOptions,
  FoundPrompts,
  PageRequest,
  PromptRegistry,
  PromptSearch,
  RegisterConditions,
  Registered,
  TagChanges,
  VersionRequest,
  WriteConditions,
} from "../prompt-registry.ts";
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
import type { CacheOwner } from "./cache-entry.ts";
import { CacheableRequests, findAliasedNumber } from "./cacheable-requests.ts";
import type { ResultCache } from "./result-cache.ts";
import { VersionEntries, withAliases } from "./version-entries.ts";

/** Refusals of a write that may be news to the caller: the prompt is not as it was. */
const staleKnowledgeKinds: readonly RegistryErrorKind[] = [
  "conflict",
  "not_found",
  "already_exists",
];

/**
 * A registry whose answers are remembered. Its writes make everybody in the workspace forget what
 * they have changed, or may have, before they are answered. One that was refused tells that what its
 * caller knew may be wrong, and makes nobody else ask again.
 */
export class CachedRegistry implements PromptRegistry {
  readonly #registry: PromptRegistry;
  readonly #owner: CacheOwner;
  readonly #cache: ResultCache;
  readonly #versionEntries: VersionEntries;
  readonly #requests: CacheableRequests;

  constructor(
    registry: PromptRegistry,
    owner: CacheOwner,
    answers: ResultCache,
    changed: (change: Change) => void,
  ) {
    this.#registry = registry;
    this.#owner = owner;
    this.#cache = answers;
    this.#versionEntries = new VersionEntries(owner, answers);
    this.#requests = new CacheableRequests({
      registry,
      owner,
      cache: answers,
      versionEntries: this.#versionEntries,
      onChange: changed,
    });
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

  /** Those that are remembered cost nothing, and all others are asked for together. */
  async getPrompts(names: readonly string[], options?: CallOptions): Promise<readonly Prompt[]> {
    const known = names.flatMap(
      (name) => this.#cache.get(this.#requests.prompt(name), options?.notBefore)?.result ?? [],
    );
    const missing = new Set(names);
    for (const { name } of known) missing.delete(name);
    if (missing.size === 0) return known;
    const asked = this.#cache.startRequest();
    try {
      const found = await fetchPrompts(this.#registry, [...missing], options);
      for (const prompt of found) {
        this.#cache.storeFetched(this.#requests.prompt(prompt.name), prompt, asked);
      }
      return [...known, ...found];
    } catch (error) {
      if (!(error instanceof RegistryError) || error.kind !== "unavailable") throw error;
      // Each is given as it was, as long as that may be.
      return [...known, ...(await fetchPromptsIndividually(this, [...missing], options))];
    }
  }

  async getVersion(
    name: string,
    selector: VersionSelector,
    options?: CallOptions,
  ): Promise<PromptVersion> {
    if (isLatest(selector)) return this.#getLatest(name, options);
    const known = await this.#getThroughPrompt(name, selector, options);
    if (known !== undefined) return known;
    return this.#cache.getOrFetch(this.#requests.version(name, selector), options);
  }

  async getVersions(
    wanted: readonly VersionRequest[],
    options?: CallOptions,
  ): Promise<readonly PromptVersion[]> {
    if (options?.notBefore !== undefined || wanted.some(({ prompt }) => prompt === undefined)) {
      return withAliases(wanted, await this.#registry.getVersions(wanted, options));
    }
    const found = new Map<string, PromptVersion>();
    const missing: VersionRequest[] = [];
    for (const one of wanted) {
      const version = one.prompt && this.#versionEntries.get(one.prompt, one.version);
      if (version === undefined) missing.push(one);
      else found.set(version.name, version);
    }
    if (missing.length > 0) {
      for (const version of await this.#cache.getOrFetch(
        this.#requests.versionBatch(missing),
        options,
      ))
        found.set(version.name, version);
    }
    return wanted.flatMap(({ name, version }) => {
      const one = found.get(name);
      return one?.version === version ? [one] : [];
    });
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
  ): Promise<void> {
    const setting = this.#registry.setAlias(name, alias, version, conditions, options);
    return this.#invalidateAfter(name, setting);
  }

  deleteAlias(
    name: string,
    alias: string,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void> {
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

  deleteVersion(
    name: string,
    version: number,
    conditions?: WriteConditions,
    options?: CallOptions,
  ): Promise<void> {
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
    writing: Promise<Result>,
    hasChanged: (result: Result) => boolean = () => true,
  ): Promise<Result> {
    const forget = () => this.#cache.invalidate(this.#owner.workspace, { prompt });
    try {
      const result = await writing;
      if (hasChanged(result)) forget();
      return result;
    } catch (error) {
      if (!(error instanceof RegistryError) || error.mayHaveChanged) forget();
      else if (staleKnowledgeKinds.includes(error.kind)) this.#cache.evict(this.#owner, prompt);
      throw error;
    }
  }

  /** The prompt has it, and more that will be asked for next. */
  async #getLatest(name: string, options: CallOptions | undefined): Promise<PromptVersion> {
    const { latest } = await this.getPrompt(name, options);
    if (latest === undefined) throw noVersions(name);
    return latest;
  }

  /**
   * The version that aliases mean, as far as the prompt is remembered and has it. One that has to be
   * asked for again costs no more than the version would, and while the registry is away there is
   * the prompt as it was.
   */
  async #getThroughPrompt(
    name: string,
    selector: VersionSelector,
    options: CallOptions | undefined,
  ): Promise<PromptVersion | undefined> {
    if (selector === "latest" || "version" in selector) return undefined;
    const question = this.#requests.prompt(name, selector);
    if (this.#cache.getYoungerThan(question, Number.POSITIVE_INFINITY) === undefined)
      return undefined;
    const prompt = await this.#cache.getOrFetch(question, options);
    const number = findAliasedNumber(prompt, selector);
    if (number === undefined) return undefined;
    return number === prompt.latest?.version
      ? prompt.latest
      : this.#versionEntries.get(prompt, number);
  }
}

function isLatest(selector: VersionSelector): boolean {
  if (selector === "latest") return true;
  const alias = "alias" in selector ? selector.alias : "firstOf" in selector && selector.firstOf[0];
  return typeof alias === "string" && alias.toLowerCase() === "latest";
}
