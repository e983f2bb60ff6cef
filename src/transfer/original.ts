import type { Prompt, PromptVersion, Tags, VersionDraft } from "../registry/types.ts";
import { authorOf, originTag } from "../registry/versions/provenance.ts";
import { writeIdTag } from "../registry/versions/stored-version.ts";
import type { SourceVersion } from "./source.ts";

/**
 * Registries set times and users themselves, so those of the original are tags. A version that was
 * carried over before keeps those of its first registry.
 */
export function originalTags(tags: Tags, createdAt: number): Tags {
  return { ...tags, [originTag.createdAt]: tags[originTag.createdAt] ?? isoTime(createdAt) };
}

/** The tags of a prompt, with when it was created. */
export function promptTagsOf({ tags, createdAt }: Pick<Prompt, "tags" | "createdAt">): Tags {
  return originalTags(tags, createdAt);
}

/** A stored version as it is to be registered elsewhere. */
export function toSourceVersion(stored: PromptVersion): SourceVersion {
  const {
    version,
    template,
    commitMessage,
    modelConfig,
    responseFormat,
    stored: spelling,
  } = stored;
  if (template.kind === "unreadable") return { version, problem: template.problem };
  const author = authorOf(stored);
  const { [writeIdTag]: _, ...tags } = originalTags(stored.tags, stored.createdAt);
  const draft: VersionDraft = {
    template,
    commitMessage,
    tags: { ...tags, ...(author === undefined ? {} : { [originTag.registeredBy]: author }) },
    ...(modelConfig === undefined ? {} : { modelConfig }),
    ...(responseFormat === undefined ? {} : { responseFormat }),
    ...(spelling === undefined ? {} : { stored: spelling }),
  };
  return { version, draft };
}

/** ISO 8601 in UTC. A time outside of what dates can be is that of 1970. */
function isoTime(ms: number): string {
  const date = new Date(ms);
  return (Number.isNaN(date.getTime()) ? new Date(0) : date).toISOString();
}
