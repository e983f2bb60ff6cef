import { ownersOf } from "../registry/contract/argument-names.ts";
import { declaredDefault } from "../registry/contract/declaration.ts";
import { readVersion } from "../registry/engine/prompt-arguments.ts";
import type { CallOptions, PromptRegistry } from "../registry/prompt-registry.ts";
import { type Matches, matchCompletions } from "../registry/search/completion-matches.ts";
import type { PromptVersion } from "../registry/types.ts";
import { findReference } from "../registry/versions/find-reference.ts";
import { loadReferenced } from "../registry/versions/served-version.ts";
import { usesMustache } from "../registry/versions/template-format.ts";
import type { Session } from "../session/session.ts";

/** Newest versions whose defaults are candidates: one page of one call. */
const recentVersions = 20;

/**
 * Completes the value of a prompt's argument. The candidates are its allowed values, or `true` and
 * `false` for a flag, or its defaults in this version and in recent ones.
 * @throws RegistryError `not_found` when the prompt does not exist
 */
export async function completeArgument(
  { registry, templates, serve }: Session,
  prompt: string,
  argument: { readonly name: string; readonly value: string },
  options: CallOptions,
): Promise<Matches> {
  const reference = await findReference(registry, prompt, options);
  const version = await loadReferenced(registry, reference, serve, options);
  const mustache = await usesMustache(registry, version, options);
  const { arguments: args } = await readVersion(templates, version, { mustache });
  const owner = ownersOf(args).get(argument.name);
  const wanted = args.find(({ name }) => name === owner);
  if (!wanted) return matchCompletions(argument.value, []);
  const candidates =
    wanted.allowed ??
    (wanted.type === "boolean"
      ? ["true", "false"]
      : await listDefaults(registry, version, wanted.name, options));
  return matchCompletions(argument.value, candidates);
}

/** Returns this version's default first, then those of the newest versions, without empty ones. */
async function listDefaults(
  registry: PromptRegistry,
  version: PromptVersion,
  argument: string,
  options: CallOptions,
): Promise<readonly string[]> {
  const recent = await registry.listVersions(version.name, { limit: recentVersions }, options);
  return [version, ...recent.items]
    .map(({ tags }) => declaredDefault(tags, argument) ?? "")
    .filter((value) => value !== "");
}
