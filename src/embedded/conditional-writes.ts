import { aliasElsewhere, aliasMoved } from "../registry/errors.ts";
import type { VersionDraft } from "../registry/types.ts";
import { findUnchangedVersion } from "../registry/versions/register-conditions.ts";
import type {
  AliasConditions,
  RegisterConditions,
  Registered,
  WriteConditions,
} from "../registry/writes.ts";
import { findAliasTarget, findLatestKeys, loadVersions, type VersionKey } from "./read-rows.ts";
import type { WorkspaceScope } from "./workspace-scope.ts";
import { findNameOwner, insertVersion, putAlias } from "./write-rows.ts";

/**
 * Writes that check conditions first. They run in a transaction that holds the write lock from its start
 * (`EmbeddedConnection.write`), so nothing is written between the check and the write.
 */

/** @throws RegistryError `conflict`; `already_exists` when a registered model has the name */
export function registerVersion(
  scope: WorkspaceScope,
  name: string,
  draft: VersionDraft,
  conditions: RegisterConditions,
): Registered {
  const latest = findNameOwner(scope, name) === "model" ? [] : findLatestKeys(scope, [name]);
  const [newest] = loadVersions(scope, latest);
  const same = findUnchangedVersion(name, draft, newest, conditions);
  if (same) {
    return { version: same, before: same, createdPrompt: false, unchanged: true, overtaken: [] };
  }
  const inserted = insertVersion(scope, name, draft);
  return { ...inserted, before: newest, unchanged: false, overtaken: [] };
}

/** @throws RegistryError `conflict` when an alias does not point at the expected version */
export function checkConditions(
  scope: WorkspaceScope,
  name: string,
  { aliases = {} }: WriteConditions,
): void {
  for (const [alias, expected] of Object.entries(aliases)) {
    const [current] = loadVersions(scope, findAliasTarget(scope, name, alias));
    if (expected !== (current?.version ?? 0)) {
      throw aliasMoved(name, alias, expected, current?.version);
    }
  }
}

/** Points the alias at a live version. @throws RegistryError `conflict` */
export function setAlias(
  scope: WorkspaceScope,
  { name, version }: VersionKey,
  alias: string,
  { expectedVersion }: AliasConditions,
): void {
  const [current] = loadVersions(scope, findAliasTarget(scope, name, alias));
  if (expectedVersion !== undefined && expectedVersion !== (current?.version ?? 0)) {
    throw aliasElsewhere(name, alias, expectedVersion, current?.version);
  }
  putAlias(scope, { name, version }, alias);
}
