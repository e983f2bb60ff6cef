import { samples } from "../embedded/samples.ts";
import type { CallOptions, PromptRegistry } from "../registry/prompt-registry.ts";

/** Registers the sample prompts of a new embedded file in a registry that has none of them. */
export async function registerSamples(
  registry: PromptRegistry,
  options: CallOptions = {},
): Promise<void> {
  for (const { name, versions, aliases } of samples) {
    for (const draft of versions) await registry.registerVersion(name, draft, {}, options);
    for (const [alias, version] of Object.entries(aliases)) {
      await registry.setAlias(name, alias, version, {}, options);
    }
  }
}
