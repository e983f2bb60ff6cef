import type { PromptVersion, VersionDraft } from "../types.ts";
import type { RegisterConditions } from "../writes.ts";
import { baseNotNewest } from "./base-conflict.ts";
import { hasSameContent } from "./same-content.ts";

/**
 * The newest live version if it already has the draft's content, so that nothing must be written.
 * Undefined when the draft must be registered.
 * @throws RegistryError `conflict` when the newest version is not the base version
 */
export function findUnchangedVersion(
  name: string,
  draft: VersionDraft,
  newest: PromptVersion | undefined,
  { baseVersion, force = false }: RegisterConditions,
): PromptVersion | undefined {
  const same = newest !== undefined && hasSameContent(draft, newest);
  if (baseVersion !== undefined && baseVersion !== (newest?.version ?? 0)) {
    throw baseNotNewest(name, baseVersion, newest, same);
  }
  return same && !force ? newest : undefined;
}
