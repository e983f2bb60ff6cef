import { variablesOf } from "../registry/template/mlflow.ts";
import { toJsonText } from "../registry/text/one-line.ts";
import type { PromptVersion } from "../registry/types.ts";

export function versionDocument(version: PromptVersion): string {
  const { template } = version;
  return toJsonText(
    {
      name: version.name,
      version: version.version,
      ...(template.kind === "chat" ? { messages: template.messages } : { template: template.text }),
      ...(template.kind === "unreadable" ? { problem: template.problem } : {}),
      variables: variablesOf(template),
      commit_message: version.commitMessage,
      aliases: version.aliases,
      tags: version.tags,
      llm_config: version.modelConfig,
      response_format: version.responseFormat,
      created_at: new Date(version.createdAt).toISOString(),
    },
    2,
  );
}
