import type { CallOptions, PromptRegistry } from "../prompt-registry.ts";
import type { Reference } from "../references.ts";
import type { Prompt, PromptVersion } from "../types.ts";

/** The version an alias points at. An alias may be called like what every object has. */
export function aliasedVersion({ aliases }: Prompt, alias: string): number | undefined {
  return Object.hasOwn(aliases, alias) ? aliases[alias] : undefined;
}

/** The aliases that point at a version of the prompt, sorted. */
export function aliasesOfVersion({ aliases }: Prompt, version: number): string[] {
  return Object.keys(aliases)
    .filter((alias) => aliases[alias] === version)
    .toSorted();
}

/**
 * The number of the version that is served of a prompt: the first of `serve` that it has, where
 * "latest" is its newest version and anything else an alias. Absent when it has none of them.
 */
export function servedVersionNumber(prompt: Prompt, serve: readonly string[]): number | undefined {
  for (const alias of serve) {
    const version =
      alias.toLowerCase() === "latest" ? prompt.latest?.version : aliasedVersion(prompt, alias);
    if (version !== undefined) return version;
  }
  return undefined;
}

/**
 * The version a reference means. A bare name means the version that is served.
 * @throws RegistryError `not_found` for the prompt, the version, the alias, or when the prompt
 *   has none of the aliases that are served
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
