import { safeArgumentNames } from "../registry/argument-names.ts";
import { promptArguments } from "../registry/arguments.ts";
import { type Matches, matching } from "../registry/matching.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";
import { parseReference } from "../registry/references.ts";
import { loadReferenced } from "../registry/served-version.ts";
import { usesMustache } from "../registry/template-format.ts";
import type { Session } from "../session.ts";

/**
 * Completes the value of a prompt's argument: its allowed values, else its default.
 * @throws RegistryError `not_found` when there is no such prompt
 */
export async function completeArgument(
  { registry, serve }: Session,
  prompt: string,
  argument: { readonly name: string; readonly value: string },
  options: CallOptions,
): Promise<Matches> {
  const version = await loadReferenced(registry, parseReference(prompt), serve, options);
  const mustache = await usesMustache(registry, version, options);
  const args = await promptArguments(version, { mustache });
  const safeNames = safeArgumentNames(args.map(({ name }) => name));
  const wanted = args.find(
    ({ name }) => name === argument.name || safeNames.get(name) === argument.name,
  );
  const fallback = wanted?.default === undefined ? [] : [wanted.default];
  return matching(argument.value, wanted?.allowed ?? fallback);
}
