import { RegistryError } from "../../registry/errors.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { PromptVersion } from "../../registry/types.ts";
import { usesMustache } from "../../registry/versions/template-format.ts";
import type { Session } from "../../session/session.ts";

/** Returns why nobody can fill in a version, registered or not yet; undefined when somebody can. */
export async function findUnfillable(
  { registry, templates }: Session,
  version: Pick<PromptVersion, "name" | "template" | "tags">,
  options: CallOptions,
): Promise<string | undefined> {
  const mustache = await usesMustache(registry, version, options);
  return (await templates.inspect(version.template, { mustache })).problem;
}

/** @throws RegistryError `invalid` for a draft that nobody can fill in */
export async function refuseUnfillable(
  session: Session,
  draft: Pick<PromptVersion, "name" | "template" | "tags">,
  options: CallOptions,
): Promise<void> {
  const problem = await findUnfillable(session, draft, options);
  if (problem === undefined) return;
  throw new RegistryError(
    "invalid",
    `Nothing was registered: nobody could fill in this template: ${problem}. To register it as it is, set force.`,
    { prompt: draft.name },
  );
}
