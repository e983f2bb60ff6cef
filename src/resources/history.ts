import type { CallOptions, PromptRegistry } from "../registry/prompt-registry.ts";
import { versionUri } from "../registry/references.ts";
import { variablesOf } from "../registry/template/mlflow.ts";
import { toJsonText } from "../registry/text/one-line.ts";
import type { PromptVersion } from "../registry/types.ts";
import { iterateVersions } from "../registry/versions/iterate-versions.ts";

/** Builds a JSON document of all versions, newest first, without their texts. */
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
  return toJsonText({ name, description, tags, aliases, versions }, 2);
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
