import {
  aliasElsewhere,
  aliasNotFound,
  promptNotFound,
  quote,
  RegistryError,
} from "../../registry/errors.ts";
import type {
  AliasConditions,
  CallOptions,
  WriteConditions,
} from "../../registry/prompt-registry.ts";
import { aliasedVersion } from "../../registry/versions/served-version.ts";
import type { MlflowApi } from "../api.ts";
import { type Answer, isMissing, valueOrThrow } from "../errors/refusal.ts";
import { toPrompt } from "../reads/decode.ts";
import { findModel, findPrompt } from "../reads/prompts.ts";
import { explainVersionRefusal, findVersion } from "../reads/versions.ts";
import { emptyResponse, type WireModel } from "../schemas.ts";
import { retryOnDuplicateRow } from "./duplicate-row.ts";
import type { Found } from "./verify-write.ts";
import { checkConditions } from "./write-conditions.ts";

/**
 * The version is looked at first: MLflow gives aliases to versions of plain models as well.
 *
 * MLflow cannot move an alias on condition (3.8 to 3.17). Those who move one through this process
 * wait for each other; where it points is looked at just before the write, and once more behind it,
 * so that of several who move it at once through different programs the last one alone is told yes.
 * A move that falls between the look and the write is overwritten unseen.
 */
export async function setAlias(
  api: MlflowApi,
  name: string,
  alias: string,
  version: number,
  { expectedVersion }: AliasConditions = {},
  options?: CallOptions,
): Promise<void> {
  await findVersion(api, name, version, options);
  await withAliasLock(api, name, alias, options, async () => {
    const check = async () => {
      if (expectedVersion === undefined) return;
      await requireAliasAt(api, name, alias, expectedVersion, options);
    };
    // Of several first settings of one alias at once, all but one may break on the table's key. The
    // same request then finds the row there and moves it.
    const put = async () => {
      await check();
      return putAlias(api, name, alias, version, options);
    };
    const answer = await retryOnDuplicateRow(3, put, options);
    if (!answer.ok && isMissing(answer.refusal)) {
      throw await explainVersionRefusal(api, name, version, answer.refusal, options);
    }
    valueOrThrow(answer, { prompt: name, alias, version });
    if (expectedVersion !== undefined) await verifyAliasStays(api, name, alias, version, options);
  });
}

/** Nobody else in this process moves the alias meanwhile. */
function withAliasLock<T>(
  { server, workspace = "default" }: MlflowApi,
  name: string,
  alias: string,
  options: CallOptions | undefined,
  move: () => Promise<T>,
): Promise<T> {
  return server.aliasMutex.run(JSON.stringify([workspace, name, alias]), options?.signal, move);
}

async function requireAliasAt(
  api: MlflowApi,
  name: string,
  alias: string,
  expectedVersion: number,
  options?: CallOptions,
): Promise<void> {
  const actual = await fetchTarget(api, name, alias, options);
  if (expectedVersion !== (actual ?? 0)) {
    throw aliasElsewhere(name, alias, expectedVersion, actual);
  }
}

/** @throws RegistryError that says that the alias was set, when it is elsewhere or cannot be looked */
async function verifyAliasStays(
  api: MlflowApi,
  name: string,
  alias: string,
  version: number,
  options?: CallOptions,
): Promise<void> {
  const did = `${quote(alias)} of ${quote(name)} was pointed at version ${version}`;
  const actual = await fetchTarget(api, name, alias, options).catch((error: unknown) => {
    if (!(error instanceof RegistryError)) throw error;
    throw new RegistryError(
      error.kind === "cancelled" ? "cancelled" : "unavailable",
      `The alias ${did}. Whether another caller moved it since could not be looked up: ${error.message}`,
      { prompt: name, alias, version },
      { cause: error, mayHaveChanged: true },
    );
  });
  if (actual === version) return;
  throw new RegistryError(
    "conflict",
    `The alias ${did}, and at the same moment another caller ${actual === undefined ? "deleted it" : `moved it to version ${actual}, where it is now`}. Compare the versions, and if version ${version} is still wanted, set it with expected_version ${actual ?? 0}.`,
    { prompt: name, alias, ...(actual === undefined ? {} : { version: actual }) },
    { mayHaveChanged: true },
  );
}

async function fetchTarget(
  api: MlflowApi,
  name: string,
  alias: string,
  options?: CallOptions,
): Promise<number | undefined> {
  return aliasedVersion(toPrompt(await findPrompt(api, name, options)), alias);
}

function putAlias(
  api: MlflowApi,
  name: string,
  alias: string,
  version: number,
  options?: CallOptions,
): Promise<Answer<unknown>> {
  const body = { name, alias, version: String(version) };
  return api.verifyWrite(
    () => api.post("/registered-models/alias", body, emptyResponse, options),
    async (readOptions): Promise<Found<Answer<unknown>>> => {
      const actual = targetIn(await findModel(api, name, readOptions), alias);
      if (actual === version) return { applied: { ok: true, value: {} } };
      return { current: describeTarget(name, alias, actual) };
    },
    options,
  );
}

/** The prompt is looked at first: MLflow says yes to deleting an alias that is not there. */
export async function deleteAlias(
  api: MlflowApi,
  name: string,
  alias: string,
  conditions?: WriteConditions,
  options?: CallOptions,
): Promise<void> {
  await withAliasLock(api, name, alias, options, async () => {
    const prompt = await findPrompt(api, name, options);
    checkConditions(prompt, conditions);
    if (targetIn(prompt, alias) === undefined) throw aliasNotFound(name, alias);
    await deleteAndVerify(api, name, alias, options);
  });
}

export async function removeAlias(
  api: MlflowApi,
  name: string,
  alias: string,
  options?: CallOptions,
): Promise<void> {
  await withAliasLock(api, name, alias, options, () => deleteAndVerify(api, name, alias, options));
}

async function deleteAndVerify(
  api: MlflowApi,
  name: string,
  alias: string,
  options?: CallOptions,
): Promise<void> {
  const send = async () => {
    const answer = await api.delete("/registered-models/alias", { name, alias }, options);
    if (!answer.ok && isMissing(answer.refusal)) throw promptNotFound(name);
    valueOrThrow(answer, { prompt: name, alias });
  };
  const look = async (readOptions: CallOptions): Promise<Found<void>> => {
    const actual = targetIn(await findModel(api, name, readOptions), alias);
    return actual === undefined
      ? { applied: undefined }
      : { current: describeTarget(name, alias, actual) };
  };
  await api.verifyWrite(send, look, options);
}

/** Where it points, also when it was left behind by a version that was deleted. */
function targetIn(model: WireModel | undefined, alias: string): number | undefined {
  return model?.aliases.find((one) => one.alias === alias)?.version;
}

function describeTarget(name: string, alias: string, version: number | undefined): string {
  const points = version === undefined ? "is not there" : `points at version ${version}`;
  return `the alias ${quote(alias)} of ${quote(name)} ${points}`;
}
