import { omitDiscussionTags } from "../registry/discussion/discussion-tags.ts";
import { subjectOf } from "../registry/engine/template-engine.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";
import { toJsonText } from "../registry/text/one-line.ts";
import type { PromptVersion } from "../registry/types.ts";
import { usesMustache } from "../registry/versions/template-format.ts";
import type { Session } from "../session/session.ts";

/** Builds a JSON document of a version. */
export async function versionDocument(
  { registry, templates }: Session,
  version: PromptVersion,
  options: CallOptions,
): Promise<string> {
  const { template } = version;
  const mustache = await usesMustache(registry, version, options);
  const { parameters, problem } = await templates.read(template, {
    mustache,
    subject: subjectOf(version),
  });
  return toJsonText(
    {
      name: version.name,
      version: version.version,
      ...(template.kind === "chat" ? { messages: template.messages } : { template: template.text }),
      problem,
      variables: parameters.map(({ name }) => name),
      commit_message: version.commitMessage,
      aliases: version.aliases,
      tags: omitDiscussionTags(version.tags),
      llm_config: version.modelConfig,
      response_format: version.responseFormat,
      created_at: new Date(version.createdAt).toISOString(),
    },
    2,
  );
}
