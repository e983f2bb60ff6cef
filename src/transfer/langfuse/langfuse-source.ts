import { quote } from "../../registry/errors.ts";
import { limits } from "../../registry/limits.ts";
import { nearestName } from "../../registry/text/prompt-name.ts";
import type { Source, SourcePrompt, UnreadablePrompt } from "../source.ts";
import { type LangfuseEntry, readExport } from "./entries.ts";
import { aliasesOf, tagsOf } from "./labels.ts";
import { toVersion } from "./to-version.ts";

/**
 * The prompts of a Langfuse export.
 * @param text the export
 * @param path what errors call it
 * @throws RegistryError `unreadable`
 */
export function openLangfuseExport(text: string, path: string): Source {
  const byName = new Map<string, LangfuseEntry[]>();
  for (const entry of readExport(text, path)) {
    byName.set(entry.name, [...(byName.get(entry.name) ?? []), entry]);
  }
  const taken = new Map<string, string>();
  const prompts = [...byName].map(([name, versions]) => toPrompt(name, versions, taken));
  return {
    count: prompts.length,
    async *prompts() {
      yield* prompts;
    },
  };
}

/** @param taken the names that others have got, with their names in Langfuse */
function toPrompt(
  original: string,
  entries: readonly LangfuseEntry[],
  taken: Map<string, string>,
): SourcePrompt | UnreadablePrompt {
  const name = nearestName(original, limits.nameLength);
  const other = taken.get(name);
  if (other !== undefined) {
    const problem = `Its name would be ${quote(name)}, as that of ${quote(other)}. Rename one of them in Langfuse.`;
    return { name: original, problem };
  }
  taken.set(name, original);
  const versions = entries.toSorted((one, next) => one.version - next.version);
  const twice = versions.find(({ version }, index) => versions[index - 1]?.version === version);
  if (twice !== undefined) {
    return { name: original, problem: `The export has version ${twice.version} twice.` };
  }
  const labels = aliasesOf(versions);
  const tags = tagsOf(versions);
  const converted = versions.map(toVersion);
  return {
    name,
    description: "",
    tags: tags.tags,
    aliases: labels.aliases,
    notes: [
      ...(name === original ? [] : [`It is named ${quote(original)} in Langfuse.`]),
      ...labels.notes,
      ...tags.notes,
      ...converted.flatMap(({ notes }) => notes),
    ],
    async *versions() {
      for (const { source } of converted) yield source;
    },
  };
}
