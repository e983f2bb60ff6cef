import type { Change } from "../changes/change-hub.ts";
import {
  comparePages,
  comparePrompts,
  reuseEqualPrompts,
  reuseIfEqual,
} from "../changes/differences.ts";
import { RegistryError } from "../errors.ts";
import type { PageRequest, PromptRegistry, VersionRequest } from "../prompt-registry.ts";
import type { FoundPrompts, PromptSearch } from "../search/prompt-search.ts";
import type { Prompt, PromptVersion, VersionSelector } from "../types.ts";
import { hasPrompt } from "../versions/find-reference.ts";
import { findAliasedVersion, findServedVersion } from "../versions/served-version.ts";
import type { BatchableRequest, CacheableRequest, CacheOwner, RequestTime } from "./cache-entry.ts";
import { ReadAccess } from "./read-access.ts";
import type { ResultCache } from "./result-cache.ts";
import { type VersionEntries, withAliases } from "./version-entries.ts";

export interface RequestContext {
  readonly registry: PromptRegistry;
  readonly owner: CacheOwner;
  readonly cache: ResultCache;
  readonly versionEntries: VersionEntries;
  /** Called when a fetched result reveals a change by another client. */
  readonly onChange: (change: Change) => void;
}

/** One caller's requests to a registry: what to fetch, and which changes a fetched result reveals. */
export class CacheableRequests {
  readonly #context: RequestContext;
  readonly #access: ReadAccess;

  constructor(context: RequestContext) {
    this.#context = context;
    this.#access = new ReadAccess(context.owner, context.cache);
  }

  description(): CacheableRequest<"description"> {
    const { registry, owner } = this.#context;
    return { owner, kind: "description", id: "", fetch: (options) => registry.describe(options) };
  }

  search(search: PromptSearch): CacheableRequest<"search"> {
    const { registry, owner } = this.#context;
    return {
      owner,
      kind: "search",
      id: JSON.stringify(search),
      fetch: (options) => registry.searchPrompts(search, options),
      onFetched: (found, before, time) => this.#storeFoundPrompts(found, before, time),
    };
  }

  /** @param selector selects the version, when it may not be the newest one */
  prompt(name: string, selector?: VersionSelector): CacheableRequest<"prompt"> {
    const { registry, owner, onChange } = this.#context;
    return {
      owner,
      kind: "prompt",
      id: name,
      prompt: name,
      batch: () => this.#batchable({ kind: "prompt", name, selector }),
      fetch: (options) => this.#access.check(name, () => registry.getPrompt(name, options)),
      onFetched: (fetched, before) => {
        const prompt = reuseIfEqual(before, fetched);
        if (before !== undefined && prompt !== before) {
          for (const change of comparePrompts(before, prompt)) onChange(change);
        }
        return prompt;
      },
      onNotFound: () => onChange({ prompt: name, listed: true }),
    };
  }

  presence(name: string): CacheableRequest<"presence"> {
    const { registry, owner } = this.#context;
    return {
      owner,
      kind: "presence",
      id: name,
      prompt: name,
      fetch: async (options) => ({ exists: await hasPrompt(registry, name, options) }),
    };
  }

  version(name: string, selector: VersionSelector): CacheableRequest<"version"> {
    const { registry, owner, onChange } = this.#context;
    return {
      owner,
      kind: "version",
      id: JSON.stringify([name, selector]),
      prompt: name,
      batch: isAlias(selector)
        ? () => this.#batchable({ kind: "version", name, selector })
        : undefined,
      fetch: (options) =>
        this.#access.check(name, () => registry.getVersion(name, selector, options)),
      onFetched: (fetched, before) => {
        const version = reuseIfEqual(before, fetched);
        if (before !== undefined && version !== before) onChange(toChange(version, selector));
        return version;
      },
      onNotFound: () => onChange({ prompt: name, listed: false }),
    };
  }

  versionPage(name: string, page: PageRequest): CacheableRequest<"versionPage"> {
    const { registry, owner, onChange } = this.#context;
    return {
      owner,
      kind: "versionPage",
      id: JSON.stringify([name, page]),
      prompt: name,
      fetch: (options) => registry.listVersions(name, page, options),
      onFetched: (fetched, before) => {
        const versions = reuseIfEqual(before, fetched);
        if (before !== undefined && versions !== before) onChange({ prompt: name, listed: false });
        return versions;
      },
      onNotFound: () => onChange({ prompt: name, listed: true }),
    };
  }

  versionBatch(requests: readonly VersionRequest[]): CacheableRequest<"versionBatch"> {
    const { registry, owner, versionEntries } = this.#context;
    return {
      owner,
      kind: "versionBatch",
      id: JSON.stringify(requests.map(({ name, version }) => [name, version])),
      notStored: true,
      fetch: async (options) =>
        withAliases(requests, await registry.getVersions(requests, options)),
      onFetched: (versions, _, time) => {
        versionEntries.store(requests, versions, time);
        return versions;
      },
    };
  }

  /** Each prompt becomes an entry of its own too: callers often read a prompt after listing it. */
  #storeFoundPrompts(
    found: FoundPrompts,
    before: FoundPrompts | undefined,
    time: RequestTime,
  ): FoundPrompts {
    const { cache, onChange } = this.#context;
    const page = reuseEqualPrompts(before, found);
    if (before !== undefined && page !== before) {
      for (const change of comparePages(before, page)) onChange(change);
    }
    const updated = cache.withKnownChanges(time);
    for (const prompt of page.items) {
      if (prompt.problem === undefined) this.storeListed(prompt, updated);
    }
    return page;
  }

  /**
   * Stores a prompt that a search returned. Where the registry may refuse to return it by itself, the
   * prompt is only compared with what the registry returned before.
   */
  storeListed(prompt: Prompt, time: RequestTime): void {
    const { cache, onChange } = this.#context;
    const request = this.prompt(prompt.name);
    if (this.#access.isAssumed) {
      cache.storeFetched(request, prompt, time);
      return;
    }
    const before = cache.getYoungerThan(request, Number.POSITIVE_INFINITY);
    if (before === undefined || before.at > time.at) return;
    if (reuseIfEqual(before.result, prompt) === before.result) return;
    for (const change of comparePrompts(before.result, prompt)) onChange(change);
  }

  #batchable(request: Omit<BatchableRequest, "refresh">): BatchableRequest | undefined {
    if (this.#context.registry.getPrompts === undefined) return undefined;
    if (!this.#access.isRenewable(request.name)) return undefined;
    return { ...request, refresh: (requests) => this.#refreshBatch(requests) };
  }

  /** One request for the prompts, and few more for older versions that are served. */
  async #refreshBatch(requests: readonly BatchableRequest[]): Promise<readonly BatchableRequest[]> {
    const { registry, cache, versionEntries } = this.#context;
    try {
      const time = cache.startRequest();
      const names = [...new Set(requests.map(({ name }) => name))];
      const found = (await registry.getPrompts?.(names)) ?? [];
      const prompts = new Map(found.map((prompt) => [prompt.name, prompt]));
      const wanted = requests.flatMap((one) => findOlderVersion(one, prompts.get(one.name)) ?? []);
      const older =
        wanted.length === 0 ? [] : withAliases(wanted, await registry.getVersions(wanted));
      versionEntries.store(wanted, older, time);
      return requests.filter(
        (one) => !this.#storeFromBatch(one, prompts.get(one.name), older, time),
      );
    } catch (error) {
      const kind = error instanceof RegistryError ? error.kind : "fault";
      if (kind === "unavailable") return [];
      // The refusal of a single request evicts all entries of the caller.
      return kind === "unauthenticated" || kind === "forbidden" ? requests.slice(0, 1) : requests;
    }
  }

  /** Returns whether the batch contained the result of the request. */
  #storeFromBatch(
    { kind, name, selector }: BatchableRequest,
    prompt: Prompt | undefined,
    older: readonly PromptVersion[],
    time: RequestTime,
  ): boolean {
    const { cache } = this.#context;
    if (prompt === undefined) return false;
    cache.storeFetched(this.prompt(name), prompt, time);
    if (kind === "prompt" || selector === undefined) return true;
    const number = findAliasedNumber(prompt, selector);
    const version = [prompt.latest, ...older].find(
      (one) => one !== undefined && one.name === name && one.version === number,
    );
    if (version !== undefined) cache.storeFetched(this.version(name, selector), version, time);
    return version !== undefined;
  }
}

/** The version number that one or several aliases select. */
export function findAliasedNumber(prompt: Prompt, selector: VersionSelector): number | undefined {
  if (!isAlias(selector)) return undefined;
  if ("firstOf" in selector) return findServedVersion(prompt, selector.firstOf);
  return findAliasedVersion(prompt, selector.alias);
}

function isAlias(
  selector: VersionSelector,
): selector is Exclude<VersionSelector, "latest" | { readonly version: number }> {
  return selector !== "latest" && !("version" in selector);
}

function findOlderVersion(
  { name, selector }: BatchableRequest,
  prompt: Prompt | undefined,
): VersionRequest | undefined {
  if (prompt === undefined || selector === undefined) return undefined;
  const version = findAliasedNumber(prompt, selector);
  if (version === undefined || version === prompt.latest?.version) return undefined;
  return { name, version, prompt };
}

function toChange({ name, version }: PromptVersion, selector: VersionSelector): Change {
  const alias = selector !== "latest" && "alias" in selector ? { alias: selector.alias } : {};
  return { prompt: name, version, ...alias, listed: false };
}
