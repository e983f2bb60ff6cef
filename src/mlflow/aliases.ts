import { aliasElsewhere, aliasNotFound, promptNotFound, quote } from "../registry/errors.ts";
import {
  checkAlias,
  checkExpectedVersion,
  checkNewAlias,
  checkPromptName,
  checkVersion,
} from "../registry/limits.ts";
import type { AliasConditions, CallOptions } from "../registry/prompt-registry.ts";
import { aliasedVersion } from "../registry/served-version.ts";
import type { MlflowApi } from "./api.ts";
import { toPrompt } from "./decode.ts";
import { pastDuplicateRows } from "./duplicate-row.ts";
import { findModel, findPrompt } from "./prompts.ts";
import { type Answer, granted, isMissing } from "./refusal.ts";
import type { Found } from "./settle.ts";
import { findVersion, versionRefused } from "./versions.ts";
import { done, type WireModel } from "./wire.ts";

/** The version is looked at first: MLflow gives aliases to versions of plain models as well. */
export async function setAlias(
  api: MlflowApi,
  name: string,
  alias: string,
  version: number,
  { expectedVersion }: AliasConditions = {},
  options?: CallOptions,
): Promise<void> {
  checkPromptName(name);
  checkNewAlias(alias);
  checkVersion(version);
  checkExpectedVersion(expectedVersion);
  const check = async () => {
    if (expectedVersion !== undefined) {
      await checkAliasIs(api, name, alias, expectedVersion, options);
    }
  };
  await Promise.all([findVersion(api, name, version, options), check()]);
  // Of several first settings of one alias at once, all but one may break on the table's key. The
  // same request then finds the row there and moves it.
  const put = async (retry: number) => {
    if (retry > 0) await check();
    return putAlias(api, name, alias, version, options);
  };
  const answer = await pastDuplicateRows(3, put, options);
  if (!answer.ok && isMissing(answer.refusal)) {
    throw await versionRefused(api, name, version, answer.refusal, options);
  }
  granted(answer, { prompt: name, alias, version });
}

async function checkAliasIs(
  api: MlflowApi,
  name: string,
  alias: string,
  expectedVersion: number,
  options?: CallOptions,
): Promise<void> {
  const actual = aliasedVersion(toPrompt(await findPrompt(api, name, options)), alias);
  if (expectedVersion !== (actual ?? 0)) {
    throw aliasElsewhere(name, alias, expectedVersion, actual);
  }
}

function putAlias(
  api: MlflowApi,
  name: string,
  alias: string,
  version: number,
  options?: CallOptions,
): Promise<Answer<unknown>> {
  const body = { name, alias, version: String(version) };
  return api.settled(
    () => api.post("/registered-models/alias", body, done, options),
    async (looking): Promise<Found<Answer<unknown>>> => {
      const actual = aliasOf(await findModel(api, name, looking), alias);
      if (actual === version) return { arrived: { ok: true, value: {} } };
      return { instead: where(name, alias, actual) };
    },
    options,
  );
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
  const prompt = await findPrompt(api, name, options);
  if (aliasOf(prompt, alias) === undefined) throw aliasNotFound(name, alias);
  await removeAlias(api, name, alias, options);
}

export async function removeAlias(
  api: MlflowApi,
  name: string,
  alias: string,
  options?: CallOptions,
): Promise<void> {
  await api.settled(
    async () => {
      const answer = await api.delete("/registered-models/alias", { name, alias }, options);
      if (!answer.ok && isMissing(answer.refusal)) throw promptNotFound(name);
      granted(answer, { prompt: name, alias });
    },
    async (looking) => {
      const actual = aliasOf(await findModel(api, name, looking), alias);
      return actual === undefined
        ? { arrived: undefined }
        : { instead: where(name, alias, actual) };
    },
    options,
  );
}

/** Where it points, also when it was left behind by a version that was deleted. */
function aliasOf(model: WireModel | undefined, alias: string): number | undefined {
  return model?.aliases.find((one) => one.alias === alias)?.version;
}

function where(name: string, alias: string, version: number | undefined): string {
  const points = version === undefined ? "is not there" : `points at version ${version}`;
  return `the alias ${quote(alias)} of ${quote(name)} ${points}`;
}
