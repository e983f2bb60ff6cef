import { argumentsTag } from "../../src/registry/contract/arguments.ts";
import type { PromptRegistry } from "../../src/registry/prompt-registry.ts";
import type { Page, Prompt, PromptVersion } from "../../src/registry/types.ts";

/**
 * Registers a prompt whose every part holds the marker: text, commit messages, description, tags,
 * an alias, what is declared of its arguments, model config and response format.
 */
export async function plantPrompt(
  registry: PromptRegistry,
  name: string,
  marker: string,
): Promise<void> {
  const tone = { description: `As ${marker} speaks`, default: "calm", enum: ["calm", marker] };
  await registry.createPrompt(name, {
    description: `What ${marker} says`,
    tags: { [`key-${marker}`]: marker, team: marker },
  });
  for (const version of [1, 2]) {
    await registry.registerVersion(name, {
      template: {
        kind: "text",
        text: `${marker} ${version}: hello {{ who }}, in {{ tone }} words`,
      },
      commitMessage: `${marker} wrote ${version}`,
      tags: { [`key-${marker}`]: marker, [argumentsTag]: JSON.stringify({ tone }) },
      modelConfig: { model_name: marker },
      responseFormat: { title: marker },
    });
  }
  await registry.setAlias(name, "production", 1);
  await registry.setAlias(name, `alias-${marker}`, 2);
  await registry.setAlias(name, "candidate", 2);
}

/** Everything that is stored, to tell whether somebody has changed it. */
export async function everythingIn(
  registry: PromptRegistry,
): Promise<{ prompt: Prompt; versions: Page<PromptVersion> }[]> {
  const { items } = await registry.searchPrompts({ limit: 1_000 });
  return Promise.all(
    items.map(async (prompt) => ({
      prompt,
      versions: await registry.listVersions(prompt.name, { limit: 1_000 }),
    })),
  );
}
