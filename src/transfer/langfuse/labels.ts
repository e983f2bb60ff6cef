import { quote, RegistryError } from "../../registry/errors.ts";
import { checkNewAlias, checkPromptTags, limits } from "../../registry/limits.ts";
import type { Tags } from "../../registry/types.ts";
import type { LangfuseEntry } from "./entries.ts";

/** Labels become aliases. Langfuse's `latest` is left out: it is the newest version everywhere. */
export function aliasesOf(entries: readonly LangfuseEntry[]) {
  const aliases = new Map<string, number>();
  const notes: string[] = [];
  for (const { version, labels } of entries) {
    for (const label of labels ?? []) {
      if (label === "latest") continue;
      const alias = label.replaceAll(/[^\p{L}\p{N}_-]/gu, "-").slice(0, limits.aliasLength);
      if (!isAlias(alias) || aliases.has(alias)) {
        notes.push(
          `The label ${quote(label)} of version ${version} was left out: no alias can have this name.`,
        );
        continue;
      }
      if (alias !== label)
        notes.push(`The label ${quote(label)} became the alias ${quote(alias)}.`);
      aliases.set(alias, version);
    }
  }
  return { aliases: Object.fromEntries(aliases), notes };
}

/** Langfuse's tags are words of the prompt; here they are keys with the value "true". */
export function tagsOf(entries: readonly LangfuseEntry[]): {
  readonly tags: Tags;
  readonly notes: readonly string[];
} {
  const words = new Set(entries.flatMap(({ tags }) => tags ?? []));
  const kept = [...words].filter(isTag);
  const notes = [...words]
    .filter((word) => !isTag(word))
    .map((word) => `The tag ${quote(word)} was left out: no tag can have this name.`);
  return { tags: Object.fromEntries(kept.map((word) => [word, "true"])), notes };
}

function isAlias(alias: string): boolean {
  return isAccepted(() => checkNewAlias(alias));
}

function isTag(word: string): boolean {
  return isAccepted(() => checkPromptTags({ [word]: "true" }));
}

function isAccepted(check: () => void): boolean {
  try {
    check();
    return true;
  } catch (error) {
    if (error instanceof RegistryError) return false;
    throw error;
  }
}
