import { createHash } from "node:crypto";
import { RegistryError } from "../registry/errors.ts";
import type { CallOptions, PromptRegistry } from "../registry/prompt-registry.ts";
import type { Prompt, Tags, VersionDraft } from "../registry/types.ts";
import { originTag } from "../registry/versions/provenance.ts";
import { encodeVersionTags, pickUserTags } from "../registry/versions/stored-version.ts";
import { toSourceVersion } from "./original.ts";

/**
 * A tag that a version has while versions with lower numbers are registered and deleted, so that the
 * numbers of deleted versions stay free of others: the number that it is to have.
 */
export const copyTag = "mcp.copy_of_version";

/** Digests of a version, so that the texts of a long history need not be in memory together. */
export interface VersionDigest {
  /** Of template, model config, response format and commit message, as they are stored. */
  readonly content: string;
  /** Of each user tag. */
  readonly tags: ReadonlyMap<string, string>;
  /** The number that the version is to have, if it was left behind by a run that was interrupted. */
  readonly copyOf?: number;
}

/** A prompt as the target has it. */
export interface Held {
  readonly prompt: Prompt;
  /** By number. */
  readonly versions: ReadonlyMap<number, VersionDigest>;
}

const pageSize = 100;

/** What the target has of a prompt; undefined when there is no such prompt. */
export async function readHeld(
  target: PromptRegistry,
  name: string,
  options: CallOptions,
): Promise<Held | undefined> {
  const prompt = await findPrompt(target, name, options);
  if (prompt === undefined) return undefined;
  const versions = new Map<number, VersionDigest>();
  if (prompt.latest === undefined) return { prompt, versions };
  let cursor: string | undefined;
  do {
    const request = { limit: pageSize, ...(cursor ? { cursor } : {}) };
    const page = await target.listVersions(name, request, options);
    for (const one of page.items) {
      const read = toSourceVersion(one);
      const digest = "draft" in read ? digestOf(read.draft) : unreadable;
      const copyOf = Number(one.tags[copyTag]);
      versions.set(one.version, copyOf > 0 ? { ...digest, copyOf } : digest);
    }
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return { prompt, versions };
}

/** A server whose default permission is NO_PERMISSIONS forbids reading what does not exist. */
async function findPrompt(target: PromptRegistry, name: string, options: CallOptions) {
  try {
    return await target.getPrompt(name, options);
  } catch (error) {
    if (error instanceof RegistryError && /^(not_found|forbidden)$/.test(error.kind)) {
      return undefined;
    }
    throw error;
  }
}

const unreadable: VersionDigest = { content: "", tags: new Map() };

/** @throws RegistryError `invalid` for a draft that cannot be stored */
export function digestOf(draft: VersionDraft): VersionDigest {
  const stored = encodeVersionTags(draft);
  const own = pickUserTags(stored);
  const content = Object.entries(stored).filter(([key]) => !Object.hasOwn(own, key));
  return {
    content: hash(JSON.stringify([content.toSorted(), draft.commitMessage ?? ""])),
    tags: new Map(
      Object.entries(comparedTags(own)).map(([key, value]) => [key, hash(value)] as const),
    ),
  };
}

/** When something was created says nothing about what it is. */
export function comparedTags(tags: Tags): Tags {
  const { [originTag.createdAt]: _, [copyTag]: __, ...compared } = tags;
  return compared;
}

export function hash(text: string): string {
  return createHash("sha256").update(text).digest("base64");
}
