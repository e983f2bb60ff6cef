import pMap from "p-map";
import { omitDiscussionTags } from "../registry/discussion/discussion-tags.ts";
import { type ListedTemplate, listVariables } from "../registry/engine/variables.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";
import { versionUri } from "../registry/references.ts";
import { toJsonText } from "../registry/text/one-line.ts";
import type { PromptVersion } from "../registry/types.ts";
import { readAliasHistory } from "../registry/versions/alias-history.ts";
import { iterateVersions } from "../registry/versions/iterate-versions.ts";
import type { Session } from "../session/session.ts";

/** Templates that are read at once: the size of a worker's batch, several times. */
const concurrency = 1_000;

/** Builds a JSON document of all versions without their texts, and of the moves of aliases, newest first. */
export async function readHistory(
  { registry, templates }: Session,
  name: string,
  options: CallOptions,
): Promise<string> {
  const prompt = await registry.getPrompt(name, options);
  const versions = await pMap(
    iterateVersions(registry, name, options),
    async (version) => historyEntry(version, await listVariables(templates, version, prompt.tags)),
    { concurrency },
  );
  const { description, tags, aliases } = prompt;
  const alias_history = readAliasHistory(prompt);
  return toJsonText({ name, description, tags, aliases, alias_history, versions }, 2);
}

function historyEntry(version: PromptVersion, { variables, problem }: ListedTemplate) {
  return {
    version: version.version,
    uri: versionUri(version.name, version.version),
    commit_message: version.commitMessage,
    created_at: new Date(version.createdAt).toISOString(),
    aliases: version.aliases,
    tags: omitDiscussionTags(version.tags),
    variables,
    problem,
  };
}
