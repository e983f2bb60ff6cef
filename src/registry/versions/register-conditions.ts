import { baseNotNewest } from "../errors.ts";
import type { PromptVersion, VersionDraft } from "../types.ts";
import type { RegisterConditions } from "../writes.ts";
import { hasSameContent } from "./same-content.ts";

/**
 * The newest live version of the draft's prompt, if it makes registering the draft needless;
 * undefined when there is something to write.
 * @throws RegistryError `conflict` when it is not the version the change was made from
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
