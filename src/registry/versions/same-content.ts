import { isDeepStrictEqual } from "node:util";
import { argumentsTag } from "../contract/arguments.ts";
import type { JsonValue } from "../json.ts";
import type { PromptVersion, Tags, Template, VersionDraft } from "../types.ts";
import { decodeVersionTags, encodeVersionTags } from "./stored-version.ts";
import { formatTag } from "./template-format.ts";

/**
 * Whether registering the draft would only repeat the version: its template, model config, response
 * format, declared arguments and template format. Its commit message and its other tags say
 * something about the version and do not count. The order of an object's keys does not, either.
 */
export function hasSameContent(draft: VersionDraft, version: PromptVersion): boolean {
  // As it would be read again: what JSON leaves out is no difference.
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
