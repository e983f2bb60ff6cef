import { quote, RegistryError } from "../registry/errors.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";
import type { PromptVersion, VersionDraft } from "../registry/types.ts";
import { copyTag } from "./held.ts";
import type { Target } from "./target.ts";

/** Each takes two writes. */
const maxDeletedNumbers = 1_000;

/**
 * Registers a version under its number. Registries give numbers themselves, so the numbers of deleted
 * versions are used up first, by registering this version and deleting it again.
 * @param previous the number before it in the target; 0 for none
 * @param after the version of that number, if it was registered just before
 * @throws RegistryError `conflict` when the target gives it a higher number
 */
export async function writeVersion(
  { registry }: Target,
  name: string,
  { version, draft }: { readonly version: number; readonly draft: VersionDraft },
  { previous, after }: { readonly previous: number; readonly after?: PromptVersion | undefined },
  options: CallOptions,
): Promise<PromptVersion> {
  const deleted = version - previous - 1;
  if (deleted > maxDeletedNumbers) {
    throw new RegistryError(
      "conflict",
      `Version ${version} of ${quote(name)} cannot keep its number: ${deleted} deleted versions are before it, and at most ${maxDeletedNumbers} can be left out.`,
      { prompt: name, version },
    );
  }
  const copy = { ...draft, tags: { ...draft.tags, [copyTag]: `${version}` } };
  const conditions = { force: true, ...(deleted === 0 && after ? { after } : {}) };
  let registered: PromptVersion;
  do {
    const written = deleted === 0 ? draft : copy;
    registered = (await registry.registerVersion(name, written, conditions, options)).version;
    const given = registered.version;
    if (given !== version) await registry.deleteVersion(name, given, {}, options);
  } while (registered.version < version);
  if (registered.version > version) throw numberTaken(name, version, registered.version);
  if (deleted > 0) await registry.tagVersion(name, version, { [copyTag]: null }, {}, options);
  return registered;
}

function numberTaken(name: string, version: number, given: number): RegistryError {
  return new RegistryError(
    "conflict",
    `Version ${version} of ${quote(name)} cannot keep its number: the target gave it ${given}, because it had versions that are deleted. What was registered was deleted again. Delete the prompt in the target, or rename it, and migrate again.`,
    { prompt: name, version: given },
  );
}
