import {
  aliasElsewhere,
  aliasNotFound,
  promptNotFound,
  quote,
  RegistryError,
} from "../../registry/errors.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import { findAliasedVersion } from "../../registry/versions/served-version.ts";
import type {
  AliasConditions,
  AliasDeletionConditions,
  Moved,
  MoveRecord,
} from "../../registry/writes.ts";
import type { MlflowApi } from "../api.ts";
import { type Answer, isMissing, valueOrThrow } from "../errors/refusal.ts";
import { toPrompt } from "../reads/decode.ts";
import { findModel, findPrompt } from "../reads/prompts.ts";
import { explainVersionRefusal, findVersion } from "../reads/versions.ts";
import { emptyResponse, type WireModel } from "../schemas.ts";
import { recordMove } from "./alias-history.ts";
import { retryOnDuplicateRow } from "./duplicate-row.ts";
import type { ReadBack } from "./verify-write.ts";
import { checkConditions } from "./write-conditions.ts";

/**
 * Reads the version first, because MLflow also sets aliases on versions of models that are no prompts.
 *
 * MLflow has no conditional alias write (3.8 to 3.17). Within this process, moves of one alias are
 * serialized. With `expectedVersion` the alias is read immediately before and after the write, so when
 * several programs move it at once, only the last one reports success. A move by another program
 * between that read and the write is overwritten without being detected.
 */
export async function setAlias(
  api: MlflowApi,
  name: string,
  alias: string,
  version: number,
  { expectedVersion, record }: AliasConditions = {},
  options?: CallOptions,
): Promise<Moved> {
  await findVersion(api, name, version, options);
  return withAliasLock(api, name, alias, options, async () => {
    const from = record && (expectedVersion ?? (await fetchTarget(api, name, alias, options)));
    // When several callers create one alias at once, all but one may fail on the table's key. The
    // repeated request finds the row and moves it.
    const put = async () => {
      if (expectedVersion !== undefined) {
        await requireAliasAt(api, name, alias, expectedVersion, options);
      }
      return putAlias(api, name, alias, version, options);
    };
    const answer = await retryOnDuplicateRow(3, put, options);
    if (!answer.ok && isMissing(answer.refusal)) {
      throw await explainVersionRefusal(api, name, version, answer.refusal, options);
    }
    valueOrThrow(answer, { prompt: name, alias, version });
    const move = { name, alias, from: from === 0 ? undefined : from, to: version };
    const moved = await recordMove(api, move, record, options);
    if (expectedVersion !== undefined) await verifyAliasStays(api, name, alias, version, options);
    return moved;
  });
}

/** Runs the move while no other call of this process moves the alias. */
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

/** @throws RegistryError that says that the alias was set, when it has moved since or cannot be read */
async function verifyAliasStays(
  api: MlflowApi,
  name: string,
  alias: string,
  version: number,
  options?: CallOptions,
): Promise<void> {
  const written = `${quote(alias)} of ${quote(name)} was pointed at version ${version}`;
  const actual = await fetchTarget(api, name, alias, options).catch((error: unknown) => {
    if (!(error instanceof RegistryError)) throw error;
    throw new RegistryError(
      error.kind === "cancelled" ? "cancelled" : "unavailable",
      `The alias ${written}. Whether another caller has moved it since could not be verified: ${error.message}`,
      { prompt: name, alias, version },
      { cause: error, mayHaveChanged: true },
    );
  });
  if (actual === version) return;
  throw new RegistryError(
    "conflict",
    `The alias ${written}, and at the same moment another caller ${actual === undefined ? "deleted it" : `moved it to version ${actual}, where it points now`}. Compare the versions. If the alias must point at version ${version}, set it again with expected_version ${actual ?? 0}.`,
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
  return findAliasedVersion(toPrompt(await findPrompt(api, name, options)), alias);
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
    async (readOptions): Promise<ReadBack<Answer<unknown>>> => {
      const actual = targetIn(await findModel(api, name, readOptions), alias);
      if (actual === version) return { applied: { ok: true, value: {} } };
      return { current: describeTarget(name, alias, actual) };
    },
    options,
  );
}

/** Reads the prompt first, because MLflow reports success for deleting an alias that does not exist. */
export async function deleteAlias(
  api: MlflowApi,
  name: string,
  alias: string,
  conditions?: AliasDeletionConditions,
  options?: CallOptions,
): Promise<Moved> {
  return withAliasLock(api, name, alias, options, async () => {
    const prompt = await findPrompt(api, name, options);
    checkConditions(prompt, conditions);
    const from = targetIn(prompt, alias);
    if (from === undefined) throw aliasNotFound(name, alias);
    await deleteAndVerify(api, name, alias, options);
    return recordMove(api, { name, alias, from, to: undefined }, conditions?.record, options);
  });
}

/** Deletes an alias of a version that is about to be deleted. */
export async function removeAlias(
  api: MlflowApi,
  { name, version }: { readonly name: string; readonly version: number },
  alias: string,
  record: MoveRecord | undefined,
  options?: CallOptions,
): Promise<Moved> {
  return withAliasLock(api, name, alias, options, async () => {
    await deleteAndVerify(api, name, alias, options);
    return recordMove(api, { name, alias, from: version, to: undefined }, record, options);
  });
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
  const readBack = async (readOptions: CallOptions): Promise<ReadBack<void>> => {
    const actual = targetIn(await findModel(api, name, readOptions), alias);
    return actual === undefined
      ? { applied: undefined }
      : { current: describeTarget(name, alias, actual) };
  };
  await api.verifyWrite(send, readBack, options);
}

/** The version in the alias's row, even if that version was deleted (3.8 to 3.16 keep the row). */
function targetIn(model: WireModel | undefined, alias: string): number | undefined {
  return model?.aliases.find((one) => one.alias === alias)?.version;
}

function describeTarget(name: string, alias: string, version: number | undefined): string {
  const points = version === undefined ? "does not exist" : `points at version ${version}`;
  return `the alias ${quote(alias)} of ${quote(name)} ${points}`;
}
