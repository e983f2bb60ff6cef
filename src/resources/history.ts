import { limits } from "../registry/limits.ts";
import type { CallOptions, PromptRegistry } from "../registry/prompt-registry.ts";
import { versionUri } from "../registry/references.ts";
import { variablesOf } from "../registry/template/mlflow.ts";
import type { PromptVersion } from "../registry/types.ts";

/** A prompt's version history as a JSON document: every version, newest first, without the texts. */
export async function readHistory(
  registry: PromptRegistry,
  name: string,
  options: CallOptions,
): Promise<string> {
  const prompt = await registry.getPrompt(name, options);
  const versions: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await registry.listVersions(name, { limit: limits.pageSize, cursor }, options);
    versions.push(...page.items.map(historyEntry));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  const { description, tags, aliases } = prompt;
  return JSON.stringify({ name, description, tags, aliases, versions }, undefined, 2);
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
