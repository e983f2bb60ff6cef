import type { ContractChange } from "../../registry/contract/contract-change.ts";
import { quote, RegistryError } from "../../registry/errors.ts";
import { areLookAlikes } from "../../registry/text/look-alikes.ts";
import type { Prompt } from "../../registry/types.ts";
import { findAliasedVersion } from "../../registry/versions/served-version.ts";
import type { WriteConditions } from "../../registry/writes.ts";
import type { Policy } from "../../session/policy.ts";

/** @throws RegistryError `forbidden` for an alias that is not in the policy's `writableAliases` */
export function checkAliasWritable({ writableAliases }: Policy, alias: string): void {
  if (writableAliases.length === 0 || writableAliases.includes(alias)) return;
  throw new RegistryError(
    "forbidden",
    `Nothing was changed: this server does not allow the alias ${quote(alias)} to be set or deleted. It allows only ${writableAliases.join(", ")}. Use one of these, or ask the operator of the server.`,
    { alias },
    { reason: "alias_not_writable" },
  );
}

/** An unclear change counts as breaking, so that callers of a protected alias do not test it. */
export function canBreakCallers({ verdict }: ContractChange): boolean {
  return verdict === "breaking" || verdict === "unclear";
}

export function isProtected({ protectedAliases }: Policy, alias: string): boolean {
  return protectedAliases.includes(alias);
}

/**
 * Returns a warning for each alias that looks like a protected one: of the prompt's aliases and the
 * alias about to be set.
 */
export function findLookAlikes(
  { protectedAliases }: Policy,
  { aliases }: Pick<Prompt, "aliases">,
  alias: string,
): readonly string[] {
  const all = [...new Set([alias, ...Object.keys(aliases)])];
  return all
    .filter((one) => !protectedAliases.includes(one))
    .flatMap((one) => {
      const protectedAlias = protectedAliases.find((other) => areLookAlikes(one, other));
      if (protectedAlias === undefined) return [];
      return `The alias ${quote(one)} looks like the protected alias ${quote(protectedAlias)}, but is a different alias and is not protected.`;
    });
}

/**
 * Returns write conditions: each alias that is protected or served still points where it does in
 * `prompt`. If somebody moves one between the check and the write, the write fails.
 */
export function expectProtectedAliases(
  { protectedAliases, serve }: Policy,
  prompt: Prompt,
): WriteConditions {
  const served = serve.filter((alias) => alias.toLowerCase() !== "latest");
  const checked = [...new Set([...protectedAliases, ...served])];
  const targets = checked.map((alias) => [alias, findAliasedVersion(prompt, alias) ?? 0]);
  return { aliases: Object.fromEntries(targets) };
}

/**
 * @param aliases aliases that point at the version
 * @throws RegistryError `conflict` for a version that a protected alias points at
 */
export function refuseProtected(
  policy: Policy,
  { name, version, aliases }: { name: string; version: number; aliases: readonly string[] },
): void {
  const blocking = aliases.filter((alias) => isProtected(policy, alias));
  if (blocking.length === 0) return;
  throw new RegistryError(
    "conflict",
    `Nothing was deleted: version ${version} of ${quote(name)} cannot be deleted while ${describeAliases(blocking)}, because callers depend on it. First move the alias to another version with set_prompt_alias.`,
    { prompt: name, version },
    { reason: "protected" },
  );
}

/** @throws RegistryError `conflict` for a prompt that has a protected alias */
export function refuseProtectedPrompt(policy: Policy, { name, aliases }: Prompt): void {
  const blocking = Object.keys(aliases).filter((alias) => isProtected(policy, alias));
  if (blocking.length === 0) return;
  throw new RegistryError(
    "conflict",
    `Nothing was deleted: prompt ${quote(name)} cannot be deleted while ${describeAliases(blocking)}, because callers depend on it. If no caller uses the alias any more, first delete it with delete_prompt_alias and allow_breaking.`,
    { prompt: name },
    { reason: "protected" },
  );
}

function describeAliases(aliases: readonly string[]): string {
  const names = aliases.map(quote).join(", ");
  return aliases.length === 1
    ? `the protected alias ${names} points at it`
    : `the protected aliases ${names} point at it`;
}
