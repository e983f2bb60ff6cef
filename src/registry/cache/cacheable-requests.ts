import type { Change } from "../changes/change-hub.ts";
import {
  comparePages,
  comparePrompts,
  reuseEqualPrompts,
  reuseIfEqual,
} from "../changes/differences.ts";
import { RegistryError } from "../errors.ts";
import type {
  FoundPrompts,
  PageRequest,
  PromptRegistry,
  PromptSearch,
  VersionRequest,
} from "../prompt-registry.ts";
import type { Prompt, PromptVersion, VersionSelector } from "../types.ts";
import { aliasedVersion, servedVersionNumber } from "../versions/served-version.ts";
import type { BatchableRequest, CacheableRequest, CacheOwner, RequestTime } from "./cache-entry.ts";
import type { ResultCache } from "./result-cache.ts";
import { type VersionEntries, withAliases } from "./version-entries.ts";

/** What a caller's questions are asked with. */
export interface RequestContext {
  readonly registry: PromptRegistry;
  readonly owner: CacheOwner;
  readonly cache: ResultCache;
  readonly versionEntries: VersionEntries;
  /** Told of what others are found to have changed. */
  readonly onChange: (change: Change) => void;
}

/** What one caller asks of a registry, and what becomes of the answers. */
export class CacheableRequests {
  readonly #context: RequestContext;

  constructor(asking: RequestContext) {
    this.#context = asking;
  }

  description(): CacheableRequest<"description"> {
    const { registry, owner } = this.#context;
    return { owner, kind: "description", id: "", fetch: (asked) => registry.describe(asked) };
  }

  search(search: PromptSearch): CacheableRequest<"search"> {
    const { registry, owner } = this.#context;
    return {
      owner,
      kind: "search",
      id: JSON.stringify(search),
      fetch: (asked) => registry.searchPrompts(search, asked),
      onFetched: (found, before, asked) => this.#storeFoundPrompts(found, before, asked),
    };
  }

  /** @param selector the version of it that is wanted, where that may be an older one */
  prompt(name: string, selector?: VersionSelector): CacheableRequest<"prompt"> {
    const { registry, owner, onChange: changed } = this.#context;
    return {
      owner,
      kind: "prompt",
      id: name,
      prompt: name,
      batch: this.#batchable({ kind: "prompt", name, selector }),
      fetch: (asked) => registry.getPrompt(name, asked),
      onFetched: (prompt, before) => {
        const now = reuseIfEqual(before, prompt);
        if (before !== undefined && now !== before) {
          for (const change of comparePrompts(before, now)) changed(change);
        }
        return now;
      },
      onNotFound: () => changed({ prompt: name, listed: true }),
    };
  }

  version(name: string, selector: VersionSelector): CacheableRequest<"version"> {
    const { registry, owner, onChange: changed } = this.#context;
    return {
      owner,
      kind: "version",
      id: JSON.stringify([name, selector]),
      prompt: name,
      batch: isAlias(selector) ? this.#batchable({ kind: "version", name, selector }) : undefined,
      fetch: (asked) => registry.getVersion(name, selector, asked),
      onFetched: (version, before) => {
        const now = reuseIfEqual(before, version);
        if (before !== undefined && now !== before) changed(changeOf(now, selector));
        return now;
      },
      onNotFound: () => changed({ prompt: name, listed: false }),
    };
  }

  versionPage(name: string, page: PageRequest): CacheableRequest<"versionPage"> {
    const { registry, owner, onChange: changed } = this.#context;
    return {
      owner,
      kind: "versionPage",
      id: JSON.stringify([name, page]),
      prompt: name,
      fetch: (asked) => registry.listVersions(name, page, asked),
      onFetched: (versions, before) => {
        const now = reuseIfEqual(before, versions);
        if (before !== undefined && now !== before) changed({ prompt: name, listed: false });
        return now;
      },
      onNotFound: () => changed({ prompt: name, listed: true }),
    };
  }

  versionBatch(wanted: readonly VersionRequest[]): CacheableRequest<"versionBatch"> {
    const { registry, owner, versionEntries: parts } = this.#context;
    return {
      owner,
      kind: "versionBatch",
      id: JSON.stringify(wanted.map(({ name, version }) => [name, version])),
      notStored: true,
      fetch: async (asked) => withAliases(wanted, await registry.getVersions(wanted, asked)),
      onFetched: (versions, _, asked) => {
        parts.store(wanted, versions, asked);
        return versions;
      },
    };
  }

  /** Each prompt that was found is remembered by itself as well: who lists it often gets it next. */
  #storeFoundPrompts(
    found: FoundPrompts,
    before: FoundPrompts | undefined,
    asked: RequestTime,
  ): FoundPrompts {
    const { cache: answers, onChange: changed } = this.#context;
    const page = reuseEqualPrompts(before, found);
    if (before !== undefined && page !== before) {
      for (const change of comparePages(before, page)) changed(change);
    }
    const now = answers.withKnownChanges(asked);
    for (const prompt of page.items) {
      if (prompt.problem === undefined)
        answers.storeUnlessNewer(this.prompt(prompt.name), prompt, now);
    }
    return page;
  }

  #batchable(request: Omit<BatchableRequest, "refresh">): BatchableRequest | undefined {
    if (this.#context.registry.getPrompts === undefined) return undefined;
    return { ...request, refresh: (all) => this.#refreshBatch(all) };
  }

  /** Two requests, or few more: for the prompts, and for those of their older versions that are served. */
  async #refreshBatch(requests: readonly BatchableRequest[]): Promise<readonly BatchableRequest[]> {
    const { registry, cache: answers, versionEntries: parts } = this.#context;
    try {
      const asked = answers.startRequest();
      const names = [...new Set(requests.map(({ name }) => name))];
      const found = (await registry.getPrompts?.(names)) ?? [];
      const prompts = new Map(found.map((prompt) => [prompt.name, prompt]));
      const wanted = requests.flatMap((one) => findOlderVersion(one, prompts.get(one.name)) ?? []);
      const older =
        wanted.length === 0 ? [] : withAliases(wanted, await registry.getVersions(wanted));
      parts.store(wanted, older, asked);
      return requests.filter(
        (one) => !this.#storeFromBatch(one, prompts.get(one.name), older, asked),
      );
    } catch (error) {
      const kind = error instanceof RegistryError ? error.kind : "fault";
      if (kind === "unavailable") return [];
      // One refusal tells for all that the caller was answered.
      return kind === "unauthenticated" || kind === "forbidden" ? requests.slice(0, 1) : requests;
    }
  }

  /** Whether what was found answers the question that is due. */
  #storeFromBatch(
    { kind, name, selector }: BatchableRequest,
    prompt: Prompt | undefined,
    older: readonly PromptVersion[],
    asked: RequestTime,
  ): boolean {
    const { cache: answers } = this.#context;
    if (prompt === undefined) return false;
    answers.storeFetched(this.prompt(name), prompt, asked);
    if (kind === "prompt" || selector === undefined) return true;
    const number = findAliasedNumber(prompt, selector);
    const version = [prompt.latest, ...older].find(
      (one) => one !== undefined && one.name === name && one.version === number,
    );
    if (version !== undefined) answers.storeFetched(this.version(name, selector), version, asked);
    return version !== undefined;
  }
}

/** The number of the version that aliases mean. */
export function findAliasedNumber(prompt: Prompt, selector: VersionSelector): number | undefined {
  if (!isAlias(selector)) return undefined;
  if ("firstOf" in selector) return servedVersionNumber(prompt, selector.firstOf);
  return aliasedVersion(prompt, selector.alias);
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

function changeOf({ name, version }: PromptVersion, selector: VersionSelector): Change {
  const alias = selector !== "latest" && "alias" in selector ? { alias: selector.alias } : {};
  return { prompt: name, version, ...alias, listed: false };
}
