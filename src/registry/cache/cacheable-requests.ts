import type { Change } from "../changes/change-hub.ts";
import { differences, differencesOnPage, kept, keptPage } from "../changes/differences.ts";
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
export interface Asking {
  readonly registry: PromptRegistry;
  readonly owner: CacheOwner;
  readonly answers: ResultCache;
  readonly parts: VersionEntries;
  /** Told of what others are found to have changed. */
  readonly changed: (change: Change) => void;
}

/** What one caller asks of a registry, and what becomes of the answers. */
export class CacheableRequests {
  readonly #asking: Asking;

  constructor(asking: Asking) {
    this.#asking = asking;
  }

  about(): CacheableRequest<"about"> {
    const { registry, owner } = this.#asking;
    return { owner, kind: "about", about: "", ask: (asked) => registry.describe(asked) };
  }

  found(search: PromptSearch): CacheableRequest<"found"> {
    const { registry, owner } = this.#asking;
    return {
      owner,
      kind: "found",
      about: JSON.stringify(search),
      ask: (asked) => registry.searchPrompts(search, asked),
      received: (found, before, asked) => this.#found(found, before, asked),
    };
  }

  /** @param selector the version of it that is wanted, where that may be an older one */
  prompt(name: string, selector?: VersionSelector): CacheableRequest<"prompt"> {
    const { registry, owner, changed } = this.#asking;
    return {
      owner,
      kind: "prompt",
      about: name,
      prompt: name,
      together: this.#together({ kind: "prompt", name, selector }),
      ask: (asked) => registry.getPrompt(name, asked),
      received: (prompt, before) => {
        const now = kept(before, prompt);
        if (before !== undefined && now !== before) {
          for (const change of differences(before, now)) changed(change);
        }
        return now;
      },
      gone: () => changed({ prompt: name, listed: true }),
    };
  }

  version(name: string, selector: VersionSelector): CacheableRequest<"version"> {
    const { registry, owner, changed } = this.#asking;
    return {
      owner,
      kind: "version",
      about: JSON.stringify([name, selector]),
      prompt: name,
      together: isAlias(selector) ? this.#together({ kind: "version", name, selector }) : undefined,
      ask: (asked) => registry.getVersion(name, selector, asked),
      received: (version, before) => {
        const now = kept(before, version);
        if (before !== undefined && now !== before) changed(changeOf(now, selector));
        return now;
      },
      gone: () => changed({ prompt: name, listed: false }),
    };
  }

  versions(name: string, page: PageRequest): CacheableRequest<"versions"> {
    const { registry, owner, changed } = this.#asking;
    return {
      owner,
      kind: "versions",
      about: JSON.stringify([name, page]),
      prompt: name,
      ask: (asked) => registry.listVersions(name, page, asked),
      received: (versions, before) => {
        const now = kept(before, versions);
        if (before !== undefined && now !== before) changed({ prompt: name, listed: false });
        return now;
      },
      gone: () => changed({ prompt: name, listed: true }),
    };
  }

  many(wanted: readonly VersionRequest[]): CacheableRequest<"many"> {
    const { registry, owner, parts } = this.#asking;
    return {
      owner,
      kind: "many",
      about: JSON.stringify(wanted.map(({ name, version }) => [name, version])),
      passing: true,
      ask: async (asked) => withAliases(wanted, await registry.getVersions(wanted, asked)),
      received: (versions, _, asked) => {
        parts.keep(wanted, versions, asked);
        return versions;
      },
    };
  }

  /** Each prompt that was found is remembered by itself as well: who lists it often gets it next. */
  #found(found: FoundPrompts, before: FoundPrompts | undefined, asked: RequestTime): FoundPrompts {
    const { answers, changed } = this.#asking;
    const page = keptPage(before, found);
    if (before !== undefined && page !== before) {
      for (const change of differencesOnPage(before, page)) changed(change);
    }
    const now = answers.received(asked);
    for (const prompt of page.items) {
      if (prompt.problem === undefined) answers.keep(this.prompt(prompt.name), prompt, now);
    }
    return page;
  }

  #together(due: Omit<BatchableRequest, "renew">): BatchableRequest | undefined {
    if (this.#asking.registry.getPrompts === undefined) return undefined;
    return { ...due, renew: (all) => this.#renew(all) };
  }

  /** Two requests, or few more: for the prompts, and for those of their older versions that are served. */
  async #renew(due: readonly BatchableRequest[]): Promise<readonly BatchableRequest[]> {
    const { registry, answers, parts } = this.#asking;
    try {
      const asked = answers.asking();
      const names = [...new Set(due.map(({ name }) => name))];
      const found = (await registry.getPrompts?.(names)) ?? [];
      const prompts = new Map(found.map((prompt) => [prompt.name, prompt]));
      const wanted = due.flatMap((one) => olderVersionOf(one, prompts.get(one.name)) ?? []);
      const older =
        wanted.length === 0 ? [] : withAliases(wanted, await registry.getVersions(wanted));
      parts.keep(wanted, older, asked);
      return due.filter((one) => !this.#took(one, prompts.get(one.name), older, asked));
    } catch (error) {
      const kind = error instanceof RegistryError ? error.kind : "fault";
      if (kind === "unavailable") return [];
      // One refusal tells for all that the caller was answered.
      return kind === "unauthenticated" || kind === "forbidden" ? due.slice(0, 1) : due;
    }
  }

  /** Whether what was found answers the question that is due. */
  #took(
    { kind, name, selector }: BatchableRequest,
    prompt: Prompt | undefined,
    older: readonly PromptVersion[],
    asked: RequestTime,
  ): boolean {
    const { answers } = this.#asking;
    if (prompt === undefined) return false;
    answers.landed(this.prompt(name), prompt, asked);
    if (kind === "prompt" || selector === undefined) return true;
    const number = versionNumber(prompt, selector);
    const version = [prompt.latest, ...older].find(
      (one) => one !== undefined && one.name === name && one.version === number,
    );
    if (version !== undefined) answers.landed(this.version(name, selector), version, asked);
    return version !== undefined;
  }
}

/** The number of the version that aliases mean. */
export function versionNumber(prompt: Prompt, selector: VersionSelector): number | undefined {
  if (!isAlias(selector)) return undefined;
  if ("firstOf" in selector) return servedVersionNumber(prompt, selector.firstOf);
  return aliasedVersion(prompt, selector.alias);
}

function isAlias(
  selector: VersionSelector,
): selector is Exclude<VersionSelector, "latest" | { readonly version: number }> {
  return selector !== "latest" && !("version" in selector);
}

function olderVersionOf(
  { name, selector }: BatchableRequest,
  prompt: Prompt | undefined,
): VersionRequest | undefined {
  if (prompt === undefined || selector === undefined) return undefined;
  const version = versionNumber(prompt, selector);
  if (version === undefined || version === prompt.latest?.version) return undefined;
  return { name, version, prompt };
}

function changeOf({ name, version }: PromptVersion, selector: VersionSelector): Change {
  const alias = selector !== "latest" && "alias" in selector ? { alias: selector.alias } : {};
  return { prompt: name, version, ...alias, listed: false };
}
