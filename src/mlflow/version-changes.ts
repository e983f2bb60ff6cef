import { versionNotFound } from "../registry/errors.ts";
import { checkPromptName, checkVersion, checkVersionTags } from "../registry/limits.ts";
import type { CallOptions, TagChanges } from "../registry/prompt-registry.ts";
import { removeAlias } from "./aliases.ts";
import type { MlflowApi } from "./api.ts";
import { changeTags } from "./prompts.ts";
import { granted, isMissing } from "./refusal.ts";
import { findVersion } from "./versions.ts";

export async function tagVersion(
  api: MlflowApi,
  name: string,
  version: number,
  changes: TagChanges,
  options?: CallOptions,
): Promise<void> {
  checkPromptName(name);
  checkVersion(version);
  checkVersionTags(changes);
  const { tags } = await findVersion(api, name, version, options);
  const owner = { name, version: String(version) };
  await changeTags(api, "/model-versions", owner, { tags, changes }, options);
}

/** Its aliases first: before 3.17 MLflow leaves them behind, pointing at nothing. */
export async function deleteVersion(
  api: MlflowApi,
  name: string,
  version: number,
  options?: CallOptions,
): Promise<void> {
  checkPromptName(name);
  checkVersion(version);
  const { aliases } = await findVersion(api, name, version, options);
  for (const alias of aliases) await removeAlias(api, name, alias, options);
  const body = { name, version: String(version) };
  const answer = await api.delete("/model-versions/delete", body, options);
  if (!answer.ok && isMissing(answer.refusal)) throw versionNotFound(name, version);
  granted(answer, { prompt: name, version });
}
