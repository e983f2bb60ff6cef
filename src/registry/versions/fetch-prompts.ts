import pMap from "p-map";
import { RegistryError } from "../errors.ts";
import type { CallOptions, PromptRegistry } from "../prompt-registry.ts";
import type { Prompt } from "../types.ts";

/** So many are asked for at a time where they have to be asked for one by one. */
const maxConcurrent = 8;

/**
 * Many prompts at once, in as few requests as the registry allows, in no order. One that is not
 * there, or that the caller may not see, is left out.
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

/** The same with a call for each. */
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
