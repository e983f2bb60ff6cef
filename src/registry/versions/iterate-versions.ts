import { limits } from "../limits.ts";
import type { CallOptions, PromptRegistry } from "../prompt-registry.ts";
import type { PromptVersion } from "../types.ts";

/**
 * All live versions of a prompt, newest first, a page at a time: their texts together may be more
 * than memory should hold.
 * @throws RegistryError `not_found`
 */
export async function* iterateVersions(
  registry: PromptRegistry,
  name: string,
  options: CallOptions,
): AsyncGenerator<PromptVersion> {
  let cursor: string | undefined;
  do {
    const page = await registry.listVersions(name, { limit: limits.pageSize, cursor }, options);
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}
