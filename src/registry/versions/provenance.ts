import { quote, RegistryError } from "../errors.ts";
import type { Caller } from "../prompt-registry.ts";
import type { Tags } from "../types.ts";
import { writeIdTag } from "./stored-version.ts";

/** Tags that say where a version comes from. MLflow's UI shows them. */
export const originTag = {
  registeredBy: "mcp.registered_by",
  client: "mcp.client",
  baseVersion: "mcp.base_version",
} as const;

/** Longer names say no more. */
const maxLength = 200;

/** What a version records of its origin: who registered it, through what, from which version. */
export function originTags(origin: {
  readonly who?: string;
  readonly caller?: Caller;
  readonly baseVersion?: number;
}): Tags {
  const { who, caller, baseVersion } = origin;
  const client = caller?.client && `${caller.client.name}/${caller.client.version}`;
  return {
    ...(who ? { [originTag.registeredBy]: sanitize(who) } : {}),
    ...(client ? { [originTag.client]: sanitize(client) } : {}),
    ...(baseVersion ? { [originTag.baseVersion]: String(baseVersion) } : {}),
  };
}

/** What the caller says of itself is nothing a registry could not hold. */
function sanitize(text: string): string {
  return [...text.replace(/[\p{Cc}\p{Surrogate}]/gu, "")].slice(0, maxLength).join("");
}

/**
 * @throws RegistryError `invalid` for tags that say where a version comes from: only its
 *   registration writes them
 */
export function refuseOriginTags(tags: Readonly<Record<string, unknown>>): void {
  const key = Object.keys(tags).find(isOrigin);
  if (key === undefined) return;
  throw new RegistryError(
    "invalid",
    `The tag ${quote(key)} says where a version comes from and is written when one is registered; it cannot be set or deleted. Nothing was changed.`,
  );
}

/** The tags of a version without those that say where it comes from. */
export function withoutOrigin(tags: Tags): Tags {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !isOrigin(key)));
}

function isOrigin(key: string): boolean {
  const written: readonly string[] = [...Object.values(originTag), writeIdTag];
  return written.includes(key);
}
