import {
  aliasNotFound,
  notServed,
  noVersions,
  promptNotFound,
  versionNotFound,
} from "../registry/errors.ts";
import type { Prompt, PromptVersion, VersionSelector } from "../registry/types.ts";
import { findServedVersion } from "../registry/versions/served-version.ts";
import {
  filterPrompts,
  findAliasTarget,
  findLatestKeys,
  loadPrompts,
  loadVersions,
  type VersionKey,
} from "./read-rows.ts";
import type { WorkspaceScope } from "./workspace-scope.ts";
import { findNameOwner } from "./write-rows.ts";

/** Reads of one prompt or version. Each throws RegistryError `not_found` if it does not exist. */

export function requirePrompt(scope: WorkspaceScope, name: string): void {
  if (findNameOwner(scope, name) !== "prompt") throw promptNotFound(name);
}

export function findPrompt(scope: WorkspaceScope, name: string): Prompt {
  const [prompt] = loadPrompts(scope, [name]);
  if (prompt === undefined) throw promptNotFound(name);
  return prompt;
}

export function findSelected(
  scope: WorkspaceScope,
  name: string,
  selector: VersionSelector,
): PromptVersion {
  if (selector === "latest") return findLatestVersion(scope, name);
  if ("version" in selector) return findVersion(scope, { name, ...selector });
  if ("firstOf" in selector) return findFirstVersion(scope, name, selector.firstOf);
  return findAliasedVersion(scope, name, selector.alias);
}

/** The versions that exist, in the order of `wanted`. */
export function findVersions(
  scope: WorkspaceScope,
  wanted: readonly VersionKey[],
): readonly PromptVersion[] {
  const prompts = filterPrompts(
    scope,
    wanted.map(({ name }) => name),
  );
  return loadVersions(
    scope,
    wanted.filter(({ name }) => prompts.has(name)),
  );
}

export function findVersion(scope: WorkspaceScope, key: VersionKey): PromptVersion {
  requirePrompt(scope, key.name);
  const [version] = loadVersions(scope, [key]);
  if (version === undefined) throw versionNotFound(key.name, key.version);
  return version;
}

function findLatestVersion(scope: WorkspaceScope, name: string): PromptVersion {
  requirePrompt(scope, name);
  const [version] = loadVersions(scope, findLatestKeys(scope, [name]));
  if (version === undefined) throw noVersions(name);
  return version;
}

function findFirstVersion(
  scope: WorkspaceScope,
  name: string,
  aliases: readonly string[],
): PromptVersion {
  const prompt = findPrompt(scope, name);
  const version = findServedVersion(prompt, aliases);
  if (version === undefined) throw notServed(name, aliases);
  if (version === prompt.latest?.version) return prompt.latest;
  return findVersion(scope, { name, version });
}

function findAliasedVersion(scope: WorkspaceScope, name: string, alias: string): PromptVersion {
  if (alias.toLowerCase() === "latest") return findLatestVersion(scope, name);
  requirePrompt(scope, name);
  const [version] = loadVersions(scope, findAliasTarget(scope, name, alias));
  if (version === undefined) throw aliasNotFound(name, alias);
  return version;
}
