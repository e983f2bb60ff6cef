import { argumentsTag } from "../../registry/contract/arguments.ts";
import { readVersion } from "../../registry/engine/prompt-arguments.ts";
import { RegistryError } from "../../registry/errors.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { PromptVersion } from "../../registry/types.ts";
import { usesMustache } from "../../registry/versions/template-format.ts";
import type { TagChanges } from "../../registry/writes.ts";
import type { Session } from "../../session/session.ts";

/**
 * Checks the declared arguments of a version that is about to be written.
 * @param undone how the error message begins, for instance "Nothing was registered"
 * @throws RegistryError `invalid` for a declaration that is malformed, or about names that the
 *   template does not have
 */
export async function refuseWrongDeclaration(
  { registry, templates }: Session,
  version: Pick<PromptVersion, "name" | "template" | "tags">,
  undone: string,
  options: CallOptions,
): Promise<void> {
  if (version.tags[argumentsTag] === undefined) return;
  const mustache = await usesMustache(registry, version, options);
  const { declarationProblem } = await readVersion(templates, version, { mustache });
  if (declarationProblem === undefined) return;
  throw new RegistryError(
    "invalid",
    `${undone}: the declared arguments (tag ${argumentsTag}) are wrong: ${declarationProblem}. Correct them, and call again.`,
    { prompt: version.name },
  );
}

/**
 * Checks the tag `mcp.arguments` among changes of tags.
 * @throws RegistryError `invalid` for a wrong declaration, or one on the prompt itself
 */
export async function refuseWrongArgumentsTag(
  session: Session,
  { name, version, tags }: { name: string; version: number | undefined; tags: TagChanges },
  options: CallOptions,
): Promise<void> {
  const declaration = Object.hasOwn(tags, argumentsTag) ? tags[argumentsTag] : undefined;
  if (declaration === undefined || declaration === null) return;
  if (version === undefined) {
    throw new RegistryError(
      "invalid",
      `No tag was changed: ${argumentsTag} is a tag of one version, and has no meaning on the prompt. Call again with version.`,
      { prompt: name },
    );
  }
  const target = await session.registry.getVersion(name, { version }, options);
  const tagged = { ...target, tags: { ...target.tags, [argumentsTag]: declaration } };
  await refuseWrongDeclaration(session, tagged, "No tag was changed", options);
}
