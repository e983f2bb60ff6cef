import * as z from "zod";
import {
  aliasNotFound,
  notServed,
  noVersions,
  quote,
  RegistryError,
  versionNotFound,
} from "../../registry/errors.ts";
import type { CallOptions, PageRequest } from "../../registry/prompt-registry.ts";
import { decodeCursor, encodeCursor } from "../../registry/search/cursor.ts";
import type { Page, PromptVersion, VersionSelector } from "../../registry/types.ts";
import { findServedVersion } from "../../registry/versions/served-version.ts";
import { isPrompt } from "../../registry/versions/stored-version.ts";
import type { MlflowApi } from "../api.ts";
import {
  type Answer,
  isForbidden,
  isMissing,
  type Refusal,
  refusalError,
  valueOrThrow,
} from "../errors/refusal.ts";
import { refusesName } from "../errors/refused-name.ts";
import { modelVersionAnswer, versionPage, type WireModel, type WireVersion } from "../schemas.ts";
import { requireVersion } from "./check-answer.ts";
import { isLatest, listAliasesOf, toNewestVersion, toPrompt, toVersion } from "./decode.ts";
import { nameIs, promptsWhere, versionIsBelow } from "./filter.ts";
import { brokenPaging } from "./page-token.ts";
import { findPrompt } from "./prompts.ts";
import { findVersionBySearch, searchForVersion } from "./refused-names.ts";
import { splitRequest } from "./split-request.ts";

export async function getVersion(
  api: MlflowApi,
  name: string,
  selector: VersionSelector,
  options?: CallOptions,
): Promise<PromptVersion> {
  if (selector === "latest") return getLatestVersion(api, name, options);
  if ("version" in selector) {
    return toVersion(await findVersion(api, name, selector.version, options));
  }
  if ("firstOf" in selector) return getFirstVersionOf(api, name, selector.firstOf, options);
  if (isLatest(selector.alias)) return getLatestVersion(api, name, options);
  return getVersionByAlias(api, name, selector.alias, options);
}

/** Reads a live version of a prompt, with its aliases. */
export async function findVersion(
  api: MlflowApi,
  name: string,
  version: number,
  options?: CallOptions,
): Promise<WireVersion> {
  const query = { name, version: String(version) };
  const answer = await api.get("/model-versions/get", query, modelVersionAnswer, options);
  if (!answer.ok && refusesName(answer.refusal, name)) {
    return findVersionBySearch(api, name, version, options);
  }
  if (!answer.ok) throw await explainVersionRefusal(api, name, version, answer.refusal, options);
  const found = requireVersion({ name, version }, answer.value.model_version);
  if (isPrompt(found.tags)) return found;
  await findPrompt(api, name, options);
  throw versionNotFound(name, version);
}

/** Reads a live version; undefined if it does not exist or the caller may not read it (see below). */
export async function findReadableVersion(
  api: MlflowApi,
  name: string,
  version: number,
  options?: CallOptions,
): Promise<WireVersion | undefined> {
  const query = { name, version: String(version) };
  const answer = await api.get("/model-versions/get", query, modelVersionAnswer, options);
  if (!answer.ok && (isMissing(answer.refusal) || isForbidden(answer.refusal))) return undefined;
  if (!answer.ok && refusesName(answer.refusal, name)) {
    return searchForVersion(api, name, version, options);
  }
  const { model_version: found } = valueOrThrow(answer, { prompt: name, version });
  return requireVersion({ name, version }, found);
}

/**
 * The error for a version that MLflow does not return. MLflow reports "not found" both for a missing
 * version and for a missing prompt, and forbids users who are no administrators to read the versions of
 * a missing prompt (basic auth, 3.17). Reading the prompt tells which one is missing.
 */
export async function explainVersionRefusal(
  api: MlflowApi,
  name: string,
  version: number,
  refusal: Refusal,
  options?: CallOptions,
): Promise<RegistryError> {
  if (!isMissing(refusal) && !isForbidden(refusal)) {
    return refusalError(refusal, { prompt: name, version });
  }
  await findPrompt(api, name, options);
  return isMissing(refusal)
    ? versionNotFound(name, version)
    : refusalError(refusal, { prompt: name, version });
}

/** Uses registered-models/get: `alias=latest` returns the wrong version before 3.17, and no aliases. */
async function getLatestVersion(
  api: MlflowApi,
  name: string,
  options?: CallOptions,
): Promise<PromptVersion> {
  const newest = toNewestVersion(await findPrompt(api, name, options));
  if (newest === undefined) throw noVersions(name);
  return newest;
}

/**
 * Takes one request when the prompt has the first of the aliases, which is the usual case. Otherwise the
 * prompt is read: it tells why MLflow refused, and which of the other aliases it has.
 */
async function getFirstVersionOf(
  api: MlflowApi,
  name: string,
  aliases: readonly string[],
  options?: CallOptions,
): Promise<PromptVersion> {
  const [first, ...rest] = aliases;
  let candidates = aliases;
  if (first !== undefined && !isLatest(first)) {
    const answer = await fetchByAlias(api, name, first, options);
    if (answer.ok && isPrompt(answer.value.tags)) return toVersion(answer.value);
    // If the prompt exists, MLflow kept the alias of a deleted version (3.8 to 3.16).
    if (!answer.ok && isMissing(answer.refusal)) candidates = rest;
  }
  const prompt = toPrompt(await findPrompt(api, name, options));
  const version = findServedVersion(prompt, candidates);
  if (version === undefined) throw notServed(name, aliases);
  if (version === prompt.latest?.version) return prompt.latest;
  return toVersion(await findVersion(api, name, version, options));
}

async function getVersionByAlias(
  api: MlflowApi,
  name: string,
  alias: string,
  options?: CallOptions,
): Promise<PromptVersion> {
  const answer = await fetchByAlias(api, name, alias, options);
  if (!answer.ok && refusesName(answer.refusal, name)) {
    const row = findAlias(await findPrompt(api, name, options), alias);
    if (row === undefined) throw aliasNotFound(name, alias);
    return toVersion(await findVersion(api, name, row.version, options));
  }
  if (!answer.ok) throw await explainAliasRefusal(api, name, alias, answer.refusal, options);
  if (isPrompt(answer.value.tags)) return toVersion(answer.value);
  await findPrompt(api, name, options);
  throw aliasNotFound(name, alias);
}

function findAlias(
  { aliases }: WireModel,
  alias: string,
): WireModel["aliases"][number] | undefined {
  return aliases.find((one) => one.alias === alias);
}

async function fetchByAlias(
  api: MlflowApi,
  name: string,
  alias: string,
  options?: CallOptions,
): Promise<Answer<WireVersion>> {
  const path = "/registered-models/alias";
  const answer = await api.get(path, { name, alias }, modelVersionAnswer, options);
  if (!answer.ok) return answer;
  return { ok: true, value: requireVersion({ name, alias }, answer.value.model_version) };
}

/** MLflow reports a missing alias as INVALID_PARAMETER_VALUE; 3.8 also a missing prompt. */
async function explainAliasRefusal(
  api: MlflowApi,
  name: string,
  alias: string,
  refusal: Refusal,
  options?: CallOptions,
): Promise<RegistryError> {
  const model = await findPrompt(api, name, options);
  const subject = { prompt: name, alias };
  const row = findAlias(model, alias);
  if (row === undefined && !isForbidden(refusal)) return aliasNotFound(name, alias);
  if (row === undefined || !isMissing(refusal)) return refusalError(refusal, subject);
  return new RegistryError(
    "not_found",
    `Alias ${quote(alias)} of prompt ${quote(name)} points at version ${row.version}, which was deleted. Use set_prompt_alias to point it at another version.`,
    subject,
  );
}

export async function listVersions(
  api: MlflowApi,
  name: string,
  page: PageRequest,
  options?: CallOptions,
): Promise<Page<PromptVersion>> {
  const listing = { identity: ["versions", api.workspace, name], after: z.int() };
  const before = decodeCursor(listing, page.cursor);
  // A search returns no aliases, and does not tell whether the prompt exists: the prompt is read too.
  const [model, { rows, more }] = await Promise.all([
    findPrompt(api, name, options),
    searchVersionsBelow(api, name, { before, limit: page.limit }, options),
  ]);
  const last = rows.at(-1);
  return {
    items: rows.map((row) => toVersion(row, listAliasesOf(model, row.version))),
    ...(last === undefined || !more ? {} : { nextCursor: encodeCursor(listing, last.version) }),
  };
}

/** Pages by version number, not by offset, so that deletions between two pages skip no version. */
async function searchVersionsBelow(
  api: MlflowApi,
  name: string,
  { before, limit }: { readonly before?: number; readonly limit: number },
  options?: CallOptions,
): Promise<{ readonly rows: readonly WireVersion[]; readonly more: boolean }> {
  const below = before === undefined ? [] : [versionIsBelow(before)];
  const filter = promptsWhere([nameIs(name), ...below]);
  const found: WireVersion[] = [];
  let token: string | undefined;
  do {
    const { rows, next_page_token: next } = await splitRequest(limit, async (rows) => {
      const query = {
        filter: filter.text,
        order_by: "version_number DESC",
        max_results: String(rows),
        ...(token === undefined ? {} : { page_token: token }),
      };
      return valueOrThrow(await api.get("/model-versions/search", query, versionPage, options));
    });
    found.push(...rows.filter((row) => row.name === name && isPrompt(row.tags)));
    if (next !== undefined && next === token) throw brokenPaging();
    token = next;
    // An inexact filter also returns versions of other prompts, so it may need several pages.
  } while (!filter.exact && token !== undefined && found.length <= limit);
  return { rows: found.slice(0, limit), more: found.length > limit || token !== undefined };
}
