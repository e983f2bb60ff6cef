import { aliasElsewhere, aliasMoved, aliasNotFound } from "../registry/errors.ts";
import { aliasHistoryTag } from "../registry/limits.ts";
import type { VersionDraft } from "../registry/types.ts";
import { createAliasMove, extendAliasHistory } from "../registry/versions/alias-history.ts";
import { findUnchangedVersion } from "../registry/versions/register-conditions.ts";
import type {
  AliasConditions,
  AliasDeletionConditions,
  MoveRecord,
  RegisterConditions,
  Registered,
  WriteConditions,
} from "../registry/writes.ts";
import { findPrompt } from "./find.ts";
import { findAliasTarget, findLatestKeys, loadVersions, type VersionKey } from "./read-rows.ts";
import type { WorkspaceScope } from "./workspace-scope.ts";
import {
  changeTags,
  findNameOwner,
  insertVersion,
  markDeleted,
  putAlias,
  removeAlias,
} from "./write-rows.ts";

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
  { expectedVersion, record }: AliasConditions,
): void {
  const [current] = loadVersions(scope, findAliasTarget(scope, name, alias));
  const from = current?.version;
  if (expectedVersion !== undefined && expectedVersion !== (from ?? 0)) {
    throw aliasElsewhere(name, alias, expectedVersion, from);
  }
  putAlias(scope, { name, version }, alias);
  if (from !== version) recordMoves(scope, name, [{ alias, from, to: version }], record);
}

/** @throws RegistryError `not_found` */
export function deleteAlias(
  scope: WorkspaceScope,
  name: string,
  alias: string,
  { record }: AliasDeletionConditions,
): void {
  const [target] = findAliasTarget(scope, name, alias);
  if (!removeAlias(scope, name, alias)) throw aliasNotFound(name, alias);
  recordMoves(scope, name, [{ alias, from: target?.version, to: undefined }], record);
}

/** Deletes a live version with its aliases. */
export function deleteVersion(
  scope: WorkspaceScope,
  key: VersionKey,
  { record }: AliasDeletionConditions,
): void {
  const aliases = loadVersions(scope, [key]).flatMap((one) => one.aliases);
  markDeleted(scope, key);
  const moves = aliases.map((alias) => ({ alias, from: key.version, to: undefined }));
  recordMoves(scope, key.name, moves, record);
}

function recordMoves(
  scope: WorkspaceScope,
  name: string,
  moves: readonly { alias: string; from: number | undefined; to: number | undefined }[],
  record: MoveRecord | undefined,
): void {
  if (record === undefined || moves.length === 0) return;
  const { aliasHistory } = findPrompt(scope, name);
  const added = moves.map(({ alias, ...versions }) => createAliasMove(alias, versions, record));
  changeTags(scope, { name }, { [aliasHistoryTag]: extendAliasHistory(aliasHistory, added) });
}
