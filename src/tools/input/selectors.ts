import { RegistryError } from "../../registry/errors.ts";
import type { VersionSelector } from "../../registry/types.ts";

/**
 * Returns undefined when neither `version` nor `alias` is given.
 * @throws RegistryError `invalid` when both are given
 */
export function selectorOf(input: {
  version?: number | undefined;
  alias?: string | undefined;
}): VersionSelector | undefined {
  const { version, alias } = input;
  if (version !== undefined && alias !== undefined) {
    throw new RegistryError("invalid", "Both version and alias are given: give one of them.");
  }
  if (version !== undefined) return { version };
  if (alias !== undefined) return alias.toLowerCase() === "latest" ? "latest" : { alias };
  return undefined;
}
