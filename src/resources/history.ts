import type { CallOptions, PromptRegistry } from "../registry/prompt-registry.ts";
import { versionUri } from "../registry/references.ts";
import { variablesOf } from "../registry/template/mlflow.ts";
import { toJsonText } from "../registry/text/one-line.ts";
import type { PromptVersion } from "../registry/types.ts";
import { readAliasHistory } from "../registry/versions/alias-history.ts";
import { iterateVersions } from "../registry/versions/iterate-versions.ts";

/** Builds a JSON document of all versions without their texts, and of the moves of aliases, newest first. */
export async function readHistory(
  registry: PromptRegistry,
  name: string,
  options: CallOptions,
): Promise<string> {
  const prompt = await registry.getPrompt(name, options);
  const versions: unknown[] = [];
  for await (const version of iterateVersions(registry, name, options)) {
    versions.push(historyEntry(version));
  }
  const { description, tags, aliases } = prompt;
  const alias_history = readAliasHistory(prompt);
  return toJsonText({ name, description, tags, aliases, alias_history, versions }, 2);
}

function historyEntry(version: PromptVersion) {
  return {
    version: version.version,
    uri: versionUri(version.name, version.version),
    commit_message: version.commitMessage,
    created_at: new Date(version.createdAt).toISOString(),
    aliases: version.aliases,
    tags: version.tags,
    variables: variablesOf(version.template),
  };
}
