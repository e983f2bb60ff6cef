import { limits } from "../registry/limits.ts";
import type { CallOptions, PromptRegistry } from "../registry/prompt-registry.ts";
import { type Matches, matchCompletions } from "../registry/search/completion-matches.ts";
import type { Session } from "../session/session.ts";

/**
 * Completes a variable of a resource template: a prompt's name, or, once the name is set, a version,
 * an alias, or either of them for a side of a diff.
 * @throws RegistryError `not_found` when no prompt has the name
 */
export async function completeVariable(
  { registry }: Session,
  variable: { readonly name: string; readonly value: string },
  filledIn: Readonly<Record<string, string>>,
  options: CallOptions,
): Promise<Matches> {
  if (variable.name === "name") {
    const search = { nameContains: variable.value, limit: limits.pageSize };
    const { items } = await registry.searchPrompts(search, options);
    return matchCompletions(
      variable.value,
      items.map(({ name }) => name),
    );
  }
  const { name } = filledIn;
  if (name === undefined) return matchCompletions("", []);
  return matchCompletions(variable.value, await candidates(registry, name, variable.name, options));
}

async function candidates(
  registry: PromptRegistry,
  name: string,
  variable: string,
  options: CallOptions,
): Promise<readonly string[]> {
  switch (variable) {
    case "alias":
      return aliasesOf(registry, name, options);
    case "from":
    case "to": {
      const both = [aliasesOf(registry, name, options), versionsOf(registry, name, options)];
      return (await Promise.all(both)).flat();
    }
    default:
      return versionsOf(registry, name, options);
  }
}

async function aliasesOf(
  registry: PromptRegistry,
  name: string,
  options: CallOptions,
): Promise<readonly string[]> {
  const { aliases } = await registry.getPrompt(name, options);
  return [...Object.keys(aliases), "latest"];
}

async function versionsOf(
  registry: PromptRegistry,
  name: string,
  options: CallOptions,
): Promise<readonly string[]> {
  const { items } = await registry.listVersions(name, { limit: limits.pageSize }, options);
  return items.map(({ version }) => String(version));
}
