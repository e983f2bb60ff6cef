import { isDiscussionTag, refuseDiscussionTags } from "../discussion/discussion-tags.ts";
import { quote, RegistryError } from "../errors.ts";
import type { Caller } from "../prompt-registry.ts";
import type { PromptVersion, Tags } from "../types.ts";
import type { MoveRecord } from "../writes.ts";
import { writeIdTag } from "./stored-version.ts";

/** Tags that record the origin of a version. MLflow's UI shows them. */
export const originTag = {
  registeredBy: "mcp.registered_by",
  client: "mcp.client",
  baseVersion: "mcp.base_version",
  copiedFrom: "mcp.copied_from",
  /** ISO 8601 in UTC: when it was first registered, for what was migrated from another registry. */
  createdAt: "mcp.created_at",
} as const;

/** Maximum number of code points of a recorded name. */
const maxLength = 200;

/** The origin of a version: the user, the MCP client and the base version. */
export function createOriginTags(origin: {
  readonly who?: string;
  readonly caller?: Caller;
  readonly baseVersion?: number;
  /** URI of the version that this one is a copy of. */
  readonly copiedFrom?: string;
}): Tags {
  const { who, caller, baseVersion, copiedFrom } = origin;
  const client = formatClient(caller);
  return {
    ...(who ? { [originTag.registeredBy]: sanitize(who) } : {}),
    ...(client ? { [originTag.client]: sanitize(client) } : {}),
    ...(baseVersion ? { [originTag.baseVersion]: String(baseVersion) } : {}),
    ...(copiedFrom ? { [originTag.copiedFrom]: copiedFrom } : {}),
  };
}

/** Who registered a version: the recorded caller, else MLflow's user. Undefined when nobody is recorded. */
export function authorOf({
  tags,
  userId,
}: Pick<PromptVersion, "tags" | "userId">): string | undefined {
  return tags[originTag.registeredBy] || userId || undefined;
}

/** What callers are called whom the server does not tell apart (`--auth none` over HTTP). */
export const anonymous = "anonymous";

/** A person's name as it is recorded; undefined where nobody is known. */
export function recordedName(who: string | undefined): string | undefined {
  return who === undefined || who === anonymous ? undefined : sanitize(who) || undefined;
}

/** What the alias history records about a move. A caller without a name is recorded as its client. */
export function createMoveRecord(move: {
  readonly who?: string | undefined;
  readonly caller?: Caller | undefined;
  readonly reason?: string | undefined;
  readonly allowBreaking: boolean;
  readonly overrideGate?: boolean;
}): MoveRecord {
  const { who, caller, reason, allowBreaking, overrideGate } = move;
  const by = who ?? formatClient(caller);
  return {
    ...(by ? { by: sanitize(by) } : {}),
    ...(reason === undefined ? {} : { reason }),
    ...(allowBreaking ? { allowBreaking } : {}),
    ...(overrideGate ? { overrideGate } : {}),
  };
}

function formatClient(caller: Caller | undefined): string | undefined {
  return caller?.client && `${caller.client.name}/${caller.client.version}`;
}

/** Removes characters that a registry cannot store from what the caller says about itself. */
function sanitize(text: string): string {
  return [...text.replace(/[\p{Cc}\p{Surrogate}]/gu, "")].slice(0, maxLength).join("");
}

/**
 * @throws RegistryError `invalid` for tags that record the origin of a version, which only registering it
 *   writes, and for comments and reviews
 */
export function refuseOriginTags(tags: Readonly<Record<string, unknown>>): void {
  refuseDiscussionTags(tags);
  const key = Object.keys(tags).find(isOrigin);
  if (key === undefined) return;
  throw new RegistryError(
    "invalid",
    `The tag ${quote(key)} records the origin of a version. It is written when the version is registered and cannot be set or deleted. Nothing was changed.`,
  );
}

/** The tags of a version without those that record its origin, or hold what people said about it. */
export function omitOriginTags(tags: Tags): Tags {
  const kept = Object.entries(tags).filter(([key]) => !isOrigin(key) && !isDiscussionTag(key));
  return Object.fromEntries(kept);
}

function isOrigin(key: string): boolean {
  const written: readonly string[] = [...Object.values(originTag), writeIdTag];
  return written.includes(key);
}
