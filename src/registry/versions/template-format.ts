import { RegistryError } from "../errors.ts";
import type { CallOptions, PromptRegistry } from "../prompt-registry.ts";
import { hasMustacheSyntax } from "../template/syntax.ts";
import type { PromptVersion, Tags } from "../types.ts";

/** The version tag that opts in to mustache sections. */
export const formatTag = "mcp.template_format";

/**
 * Whether a version opted in to mustache with the tag `mcp.template_format` = `mustache`, on
 * itself or else on its prompt.
 */
export function isMustache(version: { tags: Tags }, promptTags: Tags): boolean {
  return (version.tags[formatTag] ?? promptTags[formatTag]) === "mustache";
}

/**
 * The same, for a version whose prompt's tags are not at hand. They are fetched only when the
 * answer could depend on them: a template of plain `{{ name }}` renders alike either way.
 */
export async function usesMustache(
  registry: PromptRegistry,
  version: PromptVersion,
  options?: CallOptions,
): Promise<boolean> {
  if (!hasMustacheSyntax(version.template)) return false;
  if (version.tags[formatTag] !== undefined) return isMustache(version, {});
  return isMustache(version, await promptTags(registry, version.name, options));
}

/** A prompt that is yet to be created has none. */
async function promptTags(
  registry: PromptRegistry,
  name: string,
  options?: CallOptions,
): Promise<Tags> {
  try {
    return (await registry.getPrompt(name, options)).tags;
  } catch (error) {
    if (error instanceof RegistryError && error.kind === "not_found") return {};
    throw error;
  }
}
