import { reuseIfEqual } from "../changes/differences.ts";
import type { VersionRequest } from "../prompt-registry.ts";
import type { Prompt, PromptVersion } from "../types.ts";
import { listAliasesOfVersion } from "../versions/served-version.ts";
import type { CacheOwner, CacheSubject, RequestTime } from "./cache-entry.ts";
import type { ResultCache } from "./result-cache.ts";

/**
 * TTL of listed versions, in milliseconds. Versions are immutable except for their tags and aliases,
 * and the aliases come from the prompt. So only a tag that another client changes can be outdated
 * for that long, and only where no change is published for it.
 */
const versionTtlMs = 600_000;

/** One owner's cached versions, each valid for the state of the prompt that it was fetched with. */
export class VersionEntries {
  readonly #owner: CacheOwner;
  readonly #cache: ResultCache;

  constructor(owner: CacheOwner, cache: ResultCache) {
    this.#owner = owner;
    this.#cache = cache;
  }

  /** A cached version, if at most aliases and tags of the prompt have changed since the fetch. */
  get(prompt: Prompt, version: number): PromptVersion | undefined {
    const subject = this.#subject(prompt.name, version);
    const entry = this.#cache.getYoungerThan(subject, versionTtlMs);
    if (entry === undefined || !hasSameVersions(entry.result.prompt, prompt)) return undefined;
    if (entry.result.prompt === prompt) return entry.result.version;
    const updated = reuseIfEqual(entry.result.version, withAliasesOf(prompt, entry.result.version));
    this.#cache.storeUnlessNewer(subject, { version: updated, prompt }, entry);
    return updated;
  }

  /** Stores fetched versions, each with the prompt in its request. */
  store(
    requests: readonly VersionRequest[],
    versions: readonly PromptVersion[],
    time: RequestTime,
  ): void {
    const prompts = promptsOf(requests);
    for (const version of versions) {
      const prompt = prompts.get(version.name);
      if (prompt === undefined) continue;
      const subject = this.#subject(version.name, version.version);
      this.#cache.storeUnlessNewer(subject, { version, prompt }, time);
    }
  }

  #subject(prompt: string, version: number): CacheSubject<"listedVersion"> {
    const id = JSON.stringify([prompt, version]);
    return { owner: this.#owner, kind: "listedVersion", id, prompt };
  }
}

function promptsOf(requests: readonly VersionRequest[]): Map<string, Prompt | undefined> {
  return new Map(requests.map(({ name, prompt }) => [name, prompt]));
}

/**
 * Whether no version was added or deleted: MLflow counts that as a change of the prompt (3.8 to
 * 3.17). A prompt that was deleted and created again has another creation time.
 */
function hasSameVersions(before: Prompt, after: Prompt): boolean {
  return before.createdAt === after.createdAt && before.updatedAt === after.updatedAt;
}

/** Versions with the aliases of the prompts in their requests, so that both agree. */
export function withAliases(
  requests: readonly VersionRequest[],
  versions: readonly PromptVersion[],
): PromptVersion[] {
  const prompts = promptsOf(requests);
  return versions.map((version) => {
    const prompt = prompts.get(version.name);
    return prompt === undefined ? version : withAliasesOf(prompt, version);
  });
}

function withAliasesOf(prompt: Prompt, version: PromptVersion): PromptVersion {
  return { ...version, aliases: listAliasesOfVersion(prompt, version.version) };
}
