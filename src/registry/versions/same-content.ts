import { isDeepStrictEqual } from "node:util";
import { argumentsTag } from "../contract/arguments.ts";
import type { JsonValue } from "../json.ts";
import type { PromptVersion, Tags, Template, VersionDraft } from "../types.ts";
import { decodeVersionTags, encodeVersionTags } from "./stored-version.ts";
import { formatTag } from "./template-format.ts";

/**
 * Whether the draft has the content of the version: template, model config, response format, declared
 * arguments and template format. The commit message and other tags describe the version and are not
 * compared. The order of an object's keys is ignored.
 */
export function hasSameContent(draft: VersionDraft, version: PromptVersion): boolean {
  // Compared as it would be read back: JSON omits undefined members.
  const read = decodeVersionTags(encodeVersionTags(draft));
  return isDeepStrictEqual(contentOf(read), contentOf(version));
}

function contentOf({
  template,
  modelConfig,
  responseFormat,
  tags,
}: {
  readonly template: Template;
  readonly modelConfig?: JsonValue;
  readonly responseFormat?: JsonValue;
  readonly tags: Tags;
}) {
  return {
    template,
    modelConfig,
    responseFormat,
    arguments: tags[argumentsTag],
    format: tags[formatTag],
  };
}
