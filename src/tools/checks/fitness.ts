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

/** The error for a template that is registered only with `force`. */
export function unfillable(prompt: string, problem: string): RegistryError {
  return new RegistryError(
    "invalid",
    `Nothing was registered: nobody could fill in this template: ${problem}. To register it as it is, set force.`,
    { prompt },
  );
}
