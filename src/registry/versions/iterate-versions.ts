import { limits } from "../limits.ts";
import type { CallOptions, PromptRegistry } from "../prompt-registry.ts";
import type { PromptVersion } from "../types.ts";

/**
 * All live versions of a prompt, newest first. They are fetched page by page because all texts
 * together may need too much memory.
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
