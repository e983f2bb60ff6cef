import type { CallOptions, PromptRegistry } from "../prompt-registry.ts";
import type { Reference } from "../references.ts";
import type { Prompt, PromptVersion } from "../types.ts";

/** The version an alias points at. An alias may have the name of an inherited property. */
export function findAliasedVersion(
  { aliases }: Pick<Prompt, "aliases">,
  alias: string,
): number | undefined {
  return Object.hasOwn(aliases, alias) ? aliases[alias] : undefined;
}

/** The aliases that point at a version of the prompt, sorted. */
export function listAliasesOfVersion({ aliases }: Prompt, version: number): string[] {
  return Object.keys(aliases)
    .filter((alias) => aliases[alias] === version)
    .toSorted();
}

/**
 * The number of the version that is served for a prompt. It is the version of the first alias in
 * `serve` that the prompt has. "latest" selects the newest version. Undefined when the prompt has none
 * of these aliases.
 */
export function findServedVersion(
  prompt: Pick<Prompt, "aliases" | "latest">,
  serve: readonly string[],
): number | undefined {
  for (const alias of serve) {
    const version =
      alias.toLowerCase() === "latest" ? prompt.latest?.version : findAliasedVersion(prompt, alias);
    if (version !== undefined) return version;
  }
  return undefined;
}

/**
 * Whether the newest version is the live one: that of the first of the aliases that the prompt has. A
 * prompt without versions has nothing that could be live.
 */
export function isNewestLive(
  prompt: Pick<Prompt, "aliases" | "latest">,
  live: readonly string[],
): boolean {
  const { latest } = prompt;
  return latest === undefined || findServedVersion(prompt, live) === latest.version;
}

/**
 * Loads the version that a reference selects. A name alone selects the version that is served.
 * @throws RegistryError `not_found` when the prompt, the version or the alias does not exist, or when
 *   the prompt has none of the served aliases
 */
export async function loadReferenced(
  registry: PromptRegistry,
  reference: Reference,
  serve: readonly string[],
  options?: CallOptions,
): Promise<PromptVersion> {
  const { name, selector = { firstOf: serve } } = reference;
  return registry.getVersion(name, selector, options);
}
