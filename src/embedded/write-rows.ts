import * as z from "zod";
import { nameTakenByModel, promptExists } from "../registry/errors.ts";
import { checkNewPromptName, checkPromptDetails } from "../registry/limits.ts";
import type { PromptVersion, Tags, VersionDraft } from "../registry/types.ts";
import { experimentsTag, withExperiment } from "../registry/versions/experiments.ts";
import {
  encodeVersionTags,
  promptSource,
  storedTag,
  toPromptDetails,
} from "../registry/versions/stored-version.ts";
import type { TagChanges } from "../registry/writes.ts";
import { loadVersions, type VersionKey } from "./read-rows.ts";
import type { WorkspaceScope } from "./workspace-scope.ts";

/**
 * Writes the same rows as MLflow's own store (`mlflow/store/model_registry`), because MLflow and other
 * programs read them. Times are milliseconds since 1970.
 */

const ownerRow = z.object({ is_prompt: z.string().nullable() });
const tagRow = z.object({ value: z.string().nullable() });
const numberRow = z.object({ version: z.number().int() });

/** Whether a prompt has the name, a registered model that is no prompt, or nothing. */
export function findNameOwner(scope: WorkspaceScope, name: string): "prompt" | "model" | "none" {
  const rows = scope.select(
    ownerRow,
    `SELECT t.value AS is_prompt FROM registered_models m
     LEFT JOIN registered_model_tags t ON t.key = :key AND t.name = m.name AND ${scope.in("t")}
     WHERE m.name = :name AND ${scope.in("m")}`,
    { name, key: storedTag.isPrompt },
  );
  const [row] = rows;
  if (row === undefined) return "none";
  return row.is_prompt === "true" ? "prompt" : "model";
}

/** @throws RegistryError `already_exists` when a prompt or another registered model has the name */
function requireFreeName(scope: WorkspaceScope, name: string): void {
  const owner = findNameOwner(scope, name);
  if (owner === "model") throw nameTakenByModel(name);
  if (owner === "prompt") throw promptExists(name);
}

/** Adds a prompt without versions. @throws RegistryError `already_exists` */
export function insertPrompt(
  scope: WorkspaceScope,
  name: string,
  details: { readonly description?: string; readonly tags?: Tags },
): void {
  requireFreeName(scope, name);
  checkNewPromptName(name);
  checkPromptDetails(details);
  const now = Date.now();
  scope.insert("registered_models", {
    name,
    creation_time: now,
    last_updated_time: now,
    description: details.description ?? "",
  });
  changeTags(scope, { name }, { ...details.tags, [storedTag.isPrompt]: "true" });
  linkExperiment(scope, name);
}

/** Adds the next version, and the prompt if it does not exist. */
export function insertVersion(
  scope: WorkspaceScope,
  name: string,
  draft: VersionDraft,
): { version: PromptVersion; createdPrompt: boolean } {
  const tags = encodeVersionTags(draft);
  const owner = findNameOwner(scope, name);
  if (owner === "model") throw nameTakenByModel(name);
  if (owner === "none") insertPrompt(scope, name, toPromptDetails(draft));
  const now = Date.now();
  const version = findHighestVersion(scope, name) + 1;
  scope.insert("model_versions", {
    name,
    version,
    creation_time: now,
    last_updated_time: now,
    description: draft.commitMessage ?? "",
    user_id: null,
    current_stage: "None",
    source: promptSource,
    run_id: "",
    status: "READY",
    status_message: null,
    run_link: "",
    storage_location: promptSource,
  });
  changeTags(scope, { name, version }, tags);
  if (owner === "prompt") linkExperiment(scope, name);
  setUpdateTime(scope, name, now);
  return { version: readInserted(scope, { name, version }), createdPrompt: owner === "none" };
}

/** Puts the prompt on the page of the caller's experiment, unless it is there. */
function linkExperiment(scope: WorkspaceScope, name: string): void {
  const { experimentId } = scope;
  if (experimentId === undefined) return;
  const [tag] = scope.select(
    tagRow,
    `SELECT t.value FROM registered_model_tags t
     WHERE t.key = :key AND t.name = :name AND ${scope.in("t")}`,
    { key: experimentsTag, name },
  );
  const value = withExperiment(tag?.value ?? undefined, experimentId);
  if (value !== undefined) changeTags(scope, { name }, { [experimentsTag]: value });
}

/** Points the alias at the version. */
export function putAlias(
  scope: WorkspaceScope,
  { name, version }: VersionKey,
  alias: string,
): void {
  scope.insert(
    "registered_model_aliases",
    { name, alias, version },
    "ON CONFLICT DO UPDATE SET version = excluded.version",
  );
}

/** Removes the alias; returns whether there was one. */
export function removeAlias(scope: WorkspaceScope, name: string, alias: string): boolean {
  const sql = `DELETE FROM registered_model_aliases AS a
    WHERE a.name = :name AND a.alias = :alias AND ${scope.in("a")}`;
  return scope.change(sql, { name, alias }) > 0;
}

/** Sets and deletes tags of a prompt, or of a version when the key has one. */
export function changeTags(
  scope: WorkspaceScope,
  key: { readonly name: string; readonly version?: number },
  changes: TagChanges,
): void {
  const isVersion = key.version !== undefined;
  const table = isVersion ? "model_version_tags" : "registered_model_tags";
  for (const [tag, value] of Object.entries(changes)) {
    if (value === null) {
      scope.change(
        `DELETE FROM ${table} AS t WHERE t.key = :tag AND t.name = :name AND ${scope.in("t")}
         ${isVersion ? "AND t.version = :version" : ""}`,
        { tag, ...key },
      );
    } else {
      scope.insert(
        table,
        { ...key, key: tag, value },
        "ON CONFLICT DO UPDATE SET value = excluded.value",
      );
    }
  }
}

/** Marks the version as deleted, as MLflow does: the row prevents the number from being reused. */
export function markDeleted(scope: WorkspaceScope, { name, version }: VersionKey): void {
  const now = Date.now();
  scope.change(
    `DELETE FROM registered_model_aliases AS a
     WHERE a.name = :name AND a.version = :version AND ${scope.in("a")}`,
    { name, version },
  );
  scope.change(
    `UPDATE model_versions AS v
     SET current_stage = 'Deleted_Internal', last_updated_time = :now, description = NULL,
       user_id = NULL, source = 'REDACTED-SOURCE-PATH', run_id = 'REDACTED-RUN-ID',
       run_link = 'REDACTED-RUN-LINK', status_message = NULL
     WHERE v.name = :name AND v.version = :version AND ${scope.in("v")}`,
    { name, version, now },
  );
  setUpdateTime(scope, name, now);
}

export function setDescription(scope: WorkspaceScope, name: string, description: string): void {
  scope.change(
    `UPDATE registered_models AS m SET description = :description
     WHERE m.name = :name AND ${scope.in("m")}`,
    { name, description },
  );
  setUpdateTime(scope, name, Date.now());
}

/**
 * Renames the prompt. Its foreign keys change the name in the rows that reference it (ON UPDATE
 * CASCADE, MLflow 3.8 to 3.17). @throws RegistryError `already_exists`
 */
export function renamePrompt(scope: WorkspaceScope, name: string, newName: string): void {
  requireFreeName(scope, newName);
  const now = Date.now();
  scope.change(
    `UPDATE registered_models AS m SET name = :newName
     WHERE m.name = :name AND ${scope.in("m")}`,
    { name, newName },
  );
  scope.change(
    `UPDATE model_versions AS v SET last_updated_time = :now
     WHERE v.name = :newName AND ${scope.in("v")}`,
    { newName, now },
  );
  setUpdateTime(scope, newName, now);
}

/** Deletes the prompt with its versions, aliases and tags; rows before the rows that they reference. */
export function removePrompt(scope: WorkspaceScope, name: string): void {
  for (const table of [
    "model_version_tags",
    "model_versions",
    "registered_model_aliases",
    "registered_model_tags",
    "registered_models",
  ]) {
    scope.change(`DELETE FROM ${table} AS t WHERE t.name = :name AND ${scope.in("t")}`, { name });
  }
}

function setUpdateTime(scope: WorkspaceScope, name: string, now: number): void {
  scope.change(
    `UPDATE registered_models AS m SET last_updated_time = :now
     WHERE m.name = :name AND ${scope.in("m")}`,
    { name, now },
  );
}

/** The highest version number ever used, including deleted versions; 0 for none. */
function findHighestVersion(scope: WorkspaceScope, name: string): number {
  const rows = scope.select(
    numberRow,
    `SELECT coalesce(max(v.version), 0) AS version FROM model_versions v
     WHERE v.name = :name AND ${scope.in("v")}`,
    { name },
  );
  return rows[0]?.version ?? 0;
}

function readInserted(scope: WorkspaceScope, key: VersionKey): PromptVersion {
  const [version] = loadVersions(scope, [key]);
  if (version === undefined)
    throw new Error(`Version ${key.version} of ${key.name} was inserted but cannot be read`);
  return version;
}
