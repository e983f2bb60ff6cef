import pMap from "p-map";
import { RegistryError } from "../errors.ts";
import type { CallOptions, PromptRegistry } from "../prompt-registry.ts";
import type { Prompt } from "../types.ts";

/** Concurrent requests when prompts are fetched one by one. */
const maxConcurrent = 8;

/**
 * Fetches many prompts in as few requests as the registry allows, in no particular order. Prompts that
 * do not exist, or that the caller may not see, are omitted.
 */
export async function fetchPrompts(
  registry: PromptRegistry,
  names: readonly string[],
  options?: CallOptions,
): Promise<readonly Prompt[]> {
  return registry.getPrompts
    ? registry.getPrompts(names, options)
    : fetchPromptsIndividually(registry, names, options);
}

/** The same with one call for each prompt. */
export async function fetchPromptsIndividually(
  registry: PromptRegistry,
  names: readonly string[],
  options?: CallOptions,
): Promise<readonly Prompt[]> {
  const found: Prompt[] = [];
  await pMap(
    names,
    async (name) => {
      const prompt = await fetchVisiblePrompt(registry, name, options);
      if (prompt) found.push(prompt);
    },
    { concurrency: maxConcurrent },
  );
  return found;
}

async function fetchVisiblePrompt(
  registry: PromptRegistry,
  name: string,
  options?: CallOptions,
): Promise<Prompt | undefined> {
  try {
    return await registry.getPrompt(name, options);
  } catch (error) {
    const isHidden =
      error instanceof RegistryError && (error.kind === "not_found" || error.kind === "forbidden");
    if (isHidden) return undefined;
    throw error;
  }
}
