import { RegistryError } from "../errors.ts";
import type { CallOptions, PromptRegistry } from "../prompt-registry.ts";
import { hasMustacheSyntax } from "../template/syntax.ts";
import type { PromptVersion, Tags } from "../types.ts";

/** The version tag that opts in to mustache sections. */
export const formatTag = "mcp.template_format";

/**
 * Whether a version opted in to mustache: its tag `mcp.template_format` is `mustache`. Without that
 * tag, the tag of its prompt decides.
 */
export function isMustache(version: { tags: Tags }, promptTags: Tags): boolean {
  return (version.tags[formatTag] ?? promptTags[formatTag]) === "mustache";
}

/**
 * The same, when the tags of the prompt are not loaded. They are fetched only when the result depends
 * on them: a template with only `{{ name }}` renders the same in both formats.
 */
export async function usesMustache(
  registry: PromptRegistry,
  version: Pick<PromptVersion, "name" | "template" | "tags">,
  options?: CallOptions,
): Promise<boolean> {
  if (!hasMustacheSyntax(version.template)) return false;
  if (version.tags[formatTag] !== undefined) return isMustache(version, {});
  return isMustache(version, await promptTags(registry, version.name, options));
}

/** A prompt that does not exist yet has no tags. Some servers answer "forbidden" for it. */
async function promptTags(
  registry: PromptRegistry,
  name: string,
  options?: CallOptions,
): Promise<Tags> {
  try {
    return (await registry.getPrompt(name, options)).tags;
  } catch (error) {
    if (error instanceof RegistryError && /^(not_found|forbidden)$/.test(error.kind)) {
      return {};
    }
    throw error;
  }
}
