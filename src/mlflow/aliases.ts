import { setTimeout as pause } from "node:timers/promises";
import { aliasNotFound, promptNotFound } from "../registry/errors.ts";
import { checkAlias, checkNewAlias, checkPromptName, checkVersion } from "../registry/limits.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";
import type { MlflowApi } from "./api.ts";
import { findPrompt } from "./prompts.ts";
import { granted, isDuplicateRow, isMissing } from "./refusal.ts";
import { findVersion, versionRefused } from "./versions.ts";
import { done } from "./wire.ts";

/** The version is looked at first: MLflow gives aliases to versions of plain models as well. */
export async function setAlias(
  api: MlflowApi,
  name: string,
  alias: string,
  version: number,
  options?: CallOptions,
): Promise<void> {
  checkPromptName(name);
  checkNewAlias(alias);
  checkVersion(version);
  await findVersion(api, name, version, options);
  const body = { name, alias, version: String(version) };
  const set = () => api.post("/registered-models/alias", body, done, options);
  let answer = await set();
  // Of several first settings of one alias at once, all but one may break on the table's key. The
  // same request then finds the row there and moves it.
  for (let retry = 0; retry < 3 && !answer.ok && isDuplicateRow(answer.refusal); retry++) {
    // Who goes away meanwhile is told so by the next request, which is then not sent.
    const { signal } = options ?? {};
    await pause(20 + Math.random() * 50, undefined, { signal }).catch(() => undefined);
    answer = await set();
  }
  if (!answer.ok && isMissing(answer.refusal)) {
    throw await versionRefused(api, name, version, answer.refusal, options);
  }
  granted(answer, { prompt: name, alias, version });
}

/** The prompt is looked at first: MLflow says yes to deleting an alias that is not there. */
export async function deleteAlias(
  api: MlflowApi,
  name: string,
  alias: string,
  options?: CallOptions,
): Promise<void> {
  checkPromptName(name);
  checkAlias(alias);
  const { aliases } = await findPrompt(api, name, options);
  if (!aliases.some((one) => one.alias === alias)) throw aliasNotFound(name, alias);
  await removeAlias(api, name, alias, options);
}

export async function removeAlias(
  api: MlflowApi,
  name: string,
  alias: string,
  options?: CallOptions,
): Promise<void> {
  const answer = await api.delete("/registered-models/alias", { name, alias }, options);
  if (!answer.ok && isMissing(answer.refusal)) throw promptNotFound(name);
  granted(answer, { prompt: name, alias });
}
