import { isDeepStrictEqual } from "node:util";
import { quote, RegistryError } from "../../registry/errors.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import { parseReference, promptUri, type Reference } from "../../registry/references.ts";
import type { VersionSelector } from "../../registry/types.ts";
import { findReference } from "../../registry/versions/find-reference.ts";
import type { Session } from "../../session/session.ts";

/** A prompt and a version as a caller gives them. The name may be any reference to a version. */
export interface Selection {
  readonly name: string;
  /** A number, an alias or a reference. */
  readonly version?: number | string | undefined;
  readonly alias?: string | undefined;
}

type Selected = Reference & { readonly selector: VersionSelector };

/**
 * Reads a name and a version. Without `version`, `alias` and a version in the name, there is no
 * selector.
 * @throws RegistryError `invalid` when two of them are given that differ
 */
export async function selectPrompt(
  { registry }: Pick<Session, "registry">,
  selection: Selection,
  options: CallOptions,
): Promise<Reference> {
  const { name: given, version, alias } = selection;
  if (version !== undefined && alias !== undefined) {
    throw new RegistryError("invalid", "Both version and alias are given: give one of them.");
  }
  const reference = await findReference(registry, given, options);
  const [selector] = selectorsOf(reference.name, { version, alias });
  if (selector === undefined) return reference;
  refuseOther(given, reference, [selector]);
  return { name: reference.name, selector };
}

/** As `selectPrompt`, for a tool that needs a version. */
export async function selectPromptVersion(
  session: Pick<Session, "registry">,
  selection: Selection,
  options: CallOptions,
): Promise<Selected> {
  const { name, selector } = await selectPrompt(session, selection, options);
  if (selector !== undefined) return { name, selector };
  throw new RegistryError(
    "invalid",
    `Nothing was done: no version of ${quote(name)} is given. Give its number, from list_prompt_versions, or an alias.`,
    { prompt: name },
  );
}

/**
 * Reads the name for a tool that takes no version there. It may repeat the version or alias that the
 * call gives.
 * @throws RegistryError `invalid` when the name gives another
 */
export async function selectName(
  { registry }: Pick<Session, "registry">,
  { name, version, alias }: Selection,
  options: CallOptions,
): Promise<string> {
  const reference = await findReference(registry, name, options);
  refuseOther(name, reference, selectorsOf(reference.name, { version, alias }));
  return reference.name;
}

/**
 * Reads the name and the base of a new version: `base_version`, or the version number in the name.
 * @throws RegistryError `invalid` when the name gives another version, or an alias, and `not_found`
 *   when it gives no prompt
 */
export async function selectBase(
  { registry }: Pick<Session, "registry">,
  {
    name: given,
    base_version,
  }: { readonly name: string; readonly base_version?: number | undefined },
  options: CallOptions,
): Promise<{ readonly name: string; readonly baseVersion?: number }> {
  const reference = await findReference(registry, given, options);
  const { name, selector } = reference;
  const named =
    typeof selector === "object" && "version" in selector ? selector.version : undefined;
  const baseVersion = base_version ?? named;
  if (baseVersion === undefined) {
    refuseOther(given, reference, []);
    return { name };
  }
  refuseOther(given, reference, [{ version: baseVersion }]);
  return { name, baseVersion };
}

/**
 * Reads a version of the prompt `name` that is given as a number, an alias or a reference.
 * @throws RegistryError `invalid` for a reference to another prompt, or to no version
 */
export function selectVersion(name: string, given: number | string): VersionSelector {
  if (typeof given === "number") return { version: given };
  if (/^\d+$/.test(given)) return { version: Number(given) };
  if (!/.[@/]/.test(given)) return aliasSelector(given.replace(/^@/, ""));
  const rest = given.startsWith(name) ? given.slice(name.length) : "";
  const isOwn = /^[@/]/.test(rest);
  const { name: named, selector } = parseReference(isOwn ? `${promptUri(name)}${rest}` : given);
  if (named === name && selector !== undefined) return selector;
  throw new RegistryError(
    "invalid",
    `${quote(given)} is not a version of ${quote(name)}: give its number or an alias.`,
    { prompt: name },
  );
}

function selectorsOf(
  name: string,
  { version, alias }: Pick<Selection, "version" | "alias">,
): readonly VersionSelector[] {
  return [
    ...(version === undefined ? [] : [selectVersion(name, version)]),
    ...(alias === undefined ? [] : [aliasSelector(alias)]),
  ];
}

function aliasSelector(alias: string): VersionSelector {
  return alias.toLowerCase() === "latest" ? "latest" : { alias };
}

/** Refuses a name with a version when none of those that are given is the same. */
function refuseOther(
  given: string,
  { name, selector }: Reference,
  others: readonly VersionSelector[],
): void {
  if (selector === undefined || others.some((other) => isDeepStrictEqual(other, selector))) return;
  throw new RegistryError(
    "invalid",
    `The name ${quote(given)} gives ${describeSelector(selector)}, which is not what the other arguments say, or not what this tool takes. Give ${quote(name)} as name.`,
    { prompt: name },
  );
}

function describeSelector(selector: VersionSelector): string {
  if (selector === "latest") return "the newest version";
  if ("version" in selector) return `version ${selector.version}`;
  return `the alias ${"alias" in selector ? quote(selector.alias) : selector.firstOf.join(", ")}`;
}
