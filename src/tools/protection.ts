import type { ContractChange } from "../registry/contract/compare-contracts.ts";
import { quote, RegistryError } from "../registry/errors.ts";
import type { WriteConditions } from "../registry/prompt-registry.ts";
import { lookAlike } from "../registry/text/look-alikes.ts";
import type { Prompt } from "../registry/types.ts";
import { aliasedVersion } from "../registry/versions/served-version.ts";
import type { Policy } from "../session/session.ts";

/** @throws RegistryError `forbidden` for an alias that the operator keeps to others */
export function checkWritable({ writableAliases }: Policy, alias: string): void {
  if (writableAliases.length === 0 || writableAliases.includes(alias)) return;
  throw new RegistryError(
    "forbidden",
    `The alias ${quote(alias)} may not be set or deleted here, and nothing was changed: the operator of this server allows only ${writableAliases.join(", ")}. Ask whoever may, or use one of these.`,
    { alias },
    { reason: "alias_not_writable" },
  );
}

/**
 * Whether callers of a protected alias may fail after the change. What cannot be told from the
 * versions alone is not tried on those who depend on them.
 */
export function mayBreak({ verdict }: ContractChange): boolean {
  return verdict === "breaking" || verdict === "unclear";
}

export function isProtected({ protectedAliases }: Policy, alias: string): boolean {
  return protectedAliases.includes(alias);
}

/**
 * A sentence for each alias of the prompt, or about to be set, that a reader may take for a
 * protected one.
 */
export function lookAlikes(
  { protectedAliases }: Policy,
  { aliases }: Prompt,
  alias: string,
): readonly string[] {
  const all = [...new Set([alias, ...Object.keys(aliases)])];
  return all
    .filter((one) => !protectedAliases.includes(one))
    .flatMap((one) => {
      const kept = protectedAliases.find((other) => lookAlike(one, other));
      if (kept === undefined) return [];
      return `The alias ${quote(one)} looks like the protected ${quote(kept)}, is another one, and is not protected.`;
    });
}

/**
 * That the protected aliases are where they were when it was decided, as a condition of the write:
 * who moves one in between is not overlooked.
 */
export function protectedStay({ protectedAliases }: Policy, prompt: Prompt): WriteConditions {
  const targets = protectedAliases.map((alias) => [alias, aliasedVersion(prompt, alias) ?? 0]);
  return { aliases: Object.fromEntries(targets) };
}

/**
 * @param aliases those that point at the version
 * @throws RegistryError `conflict` for a version that a protected alias points at
 */
export function refuseProtected(
  policy: Policy,
  { name, version, aliases }: { name: string; version: number; aliases: readonly string[] },
): void {
  const held = aliases.filter((alias) => isProtected(policy, alias));
  if (held.length === 0) return;
  throw new RegistryError(
    "conflict",
    `Version ${version} of ${quote(name)} cannot be deleted, and nothing was: ${asked(held)}, and callers depend on that. Move the alias to another version with set_prompt_alias first.`,
    { prompt: name, version },
    { reason: "protected" },
  );
}

/** @throws RegistryError `conflict` for a prompt that has a protected alias */
export function refuseProtectedPrompt(policy: Policy, { name, aliases }: Prompt): void {
  const held = Object.keys(aliases).filter((alias) => isProtected(policy, alias));
  if (held.length === 0) return;
  throw new RegistryError(
    "conflict",
    `Prompt ${quote(name)} cannot be deleted, and nothing was: ${asked(held)}, and callers depend on that. If nobody does any more, delete the alias with delete_prompt_alias and allow_breaking first.`,
    { prompt: name },
    { reason: "protected" },
  );
}

function asked(aliases: readonly string[]): string {
  const names = aliases.map(quote).join(", ");
  return aliases.length === 1
    ? `the alias ${names} points at it`
    : `the aliases ${names} point at it`;
}
