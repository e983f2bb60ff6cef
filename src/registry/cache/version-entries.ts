import { reuseIfEqual } from "../changes/differences.ts";
import type { VersionRequest } from "../prompt-registry.ts";
import type { Prompt, PromptVersion } from "../types.ts";
import { aliasesOfVersion } from "../versions/served-version.ts";
import type { CacheOwner, CacheSubject, RequestTime } from "./cache-entry.ts";
import type { ResultCache } from "./result-cache.ts";

/**
 * What of a version cannot change is kept this long for lists that serve older versions. Only a tag
 * that somebody else changes on such a version is seen as late as that, where nobody tells of it.
 */
const versionTtlMs = 600_000;

/** Versions of one owner that were got for prompts as they were then, for as long as that holds. */
export class VersionEntries {
  readonly #owner: CacheOwner;
  readonly #cache: ResultCache;

  constructor(owner: CacheOwner, answers: ResultCache) {
    this.#owner = owner;
    this.#cache = answers;
  }

  /** A version of a prompt of which nothing but aliases and tags has changed since it was got. */
  get(prompt: Prompt, version: number): PromptVersion | undefined {
    const subject = this.#subject(prompt.name, version);
    const part = this.#cache.getYoungerThan(subject, versionTtlMs);
    if (part === undefined || !hasSameVersions(part.result.prompt, prompt)) return undefined;
    if (part.result.prompt === prompt) return part.result.version;
    const now = reuseIfEqual(part.result.version, withAliasesOf(prompt, part.result.version));
    this.#cache.storeUnlessNewer(subject, { version: now, prompt }, part);
    return now;
  }

  /** Keeps what was got of the versions wanted, each with the prompt it was got for. */
  store(
    wanted: readonly VersionRequest[],
    versions: readonly PromptVersion[],
    asked: RequestTime,
  ): void {
    const prompts = promptsOf(wanted);
    for (const version of versions) {
      const prompt = prompts.get(version.name);
      if (prompt === undefined) continue;
      const subject = this.#subject(version.name, version.version);
      this.#cache.storeUnlessNewer(subject, { version, prompt }, asked);
    }
  }

  #subject(prompt: string, version: number): CacheSubject<"listedVersion"> {
    const about = JSON.stringify([prompt, version]);
    return { owner: this.#owner, kind: "listedVersion", id: about, prompt };
  }
}

function promptsOf(wanted: readonly VersionRequest[]): Map<string, Prompt | undefined> {
  return new Map(wanted.map(({ name, prompt }) => [name, prompt]));
}

/**
 * Whether all versions are still those that there were: MLflow counts a version that comes or goes
 * as a change of the prompt (3.8 to 3.17), and a prompt of the same name was made at another time.
 */
function hasSameVersions(before: Prompt, after: Prompt): boolean {
  return before.createdAt === after.createdAt && before.updatedAt === after.updatedAt;
}

/** With the aliases that the prompts had when they were found, so that both say the same. */
export function withAliases(
  wanted: readonly VersionRequest[],
  versions: readonly PromptVersion[],
): PromptVersion[] {
  const prompts = promptsOf(wanted);
  return versions.map((version) => {
    const prompt = prompts.get(version.name);
    return prompt === undefined ? version : withAliasesOf(prompt, version);
  });
}

function withAliasesOf(prompt: Prompt, version: PromptVersion): PromptVersion {
  return { ...version, aliases: aliasesOfVersion(prompt, version.version) };
}
