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
import { servedVersionNumber } from "../../registry/versions/served-version.ts";
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
import { modelVersionAnswer, versionPage, type WireVersion } from "../schemas.ts";
import { requireVersion } from "./check-answer.ts";
import { isLatest, listAliasesOf, toNewestVersion, toPrompt, toVersion } from "./decode.ts";
import { nameIs, promptsWhere, versionIsBelow } from "./filter.ts";
import { brokenPaging } from "./page-token.ts";
import { findPrompt } from "./prompts.ts";
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

/** A live version of a prompt, its aliases included. */
export async function findVersion(
  api: MlflowApi,
  name: string,
  version: number,
  options?: CallOptions,
): Promise<WireVersion> {
  const query = { name, version: String(version) };
  const answer = await api.get("/model-versions/get", query, modelVersionAnswer, options);
  if (!answer.ok) throw await explainVersionRefusal(api, name, version, answer.refusal, options);
  const found = requireVersion({ name, version }, answer.value.model_version);
  if (isPrompt(found.tags)) return found;
  await findPrompt(api, name, options);
  throw versionNotFound(name, version);
}

/** The version, if it lives. Of a prompt that is not there, MLflow forbids it to some (see below). */
export async function findReadableVersion(
  api: MlflowApi,
  name: string,
  version: number,
  options?: CallOptions,
): Promise<WireVersion | undefined> {
  const query = { name, version: String(version) };
  const answer = await api.get("/model-versions/get", query, modelVersionAnswer, options);
  if (!answer.ok && (isMissing(answer.refusal) || isForbidden(answer.refusal))) return undefined;
  const { model_version: found } = valueOrThrow(answer, { prompt: name, version });
  return requireVersion({ name, version }, found);
}

/**
 * What it means that MLflow will not name a version. It says "not found" for a version and for its
 * prompt alike, and to a user who is no administrator it forbids the versions of a prompt that is
 * not there (basic auth, 3.17); the prompt itself tells which it is.
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

/** registered-models/get: `alias=latest` picks the wrong version before 3.17 and has no aliases. */
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
 * One request where the prompt has the first of the aliases, as it mostly does. Where MLflow refuses
 * that, the prompt tells why, and which of the others it has.
 */
async function getFirstVersionOf(
  api: MlflowApi,
  name: string,
  aliases: readonly string[],
  options?: CallOptions,
): Promise<PromptVersion> {
  const [first, ...others] = aliases;
  let left = aliases;
  if (first !== undefined && !isLatest(first)) {
    const answer = await fetchByAlias(api, name, first, options);
    if (answer.ok && isPrompt(answer.value.tags)) return toVersion(answer.value);
    // If there is such a prompt, the version has been deleted, and the alias left behind (3.8-3.16).
    if (!answer.ok && isMissing(answer.refusal)) left = others;
  }
  const prompt = toPrompt(await findPrompt(api, name, options));
  const version = servedVersionNumber(prompt, left);
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
  if (!answer.ok) throw await explainAliasRefusal(api, name, alias, answer.refusal, options);
  if (isPrompt(answer.value.tags)) return toVersion(answer.value);
  await findPrompt(api, name, options);
  throw aliasNotFound(name, alias);
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

/** An absent alias is INVALID_PARAMETER_VALUE; so is an absent prompt on 3.8. */
async function explainAliasRefusal(
  api: MlflowApi,
  name: string,
  alias: string,
  refusal: Refusal,
  options?: CallOptions,
): Promise<RegistryError> {
  const model = await findPrompt(api, name, options);
  const subject = { prompt: name, alias };
  const kept = model.aliases.find((one) => one.alias === alias);
  if (kept === undefined && !isForbidden(refusal)) return aliasNotFound(name, alias);
  if (kept === undefined || !isMissing(refusal)) return refusalError(refusal, subject);
  return new RegistryError(
    "not_found",
    `Alias ${quote(alias)} of prompt ${quote(name)} points at version ${kept.version}, which was deleted. set_prompt_alias points it at another version.`,
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
  // A search brings no aliases; the prompt has them, and tells whether there is one.
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

/** Below a number, so that a page begins where the one before ended, whatever was deleted since. */
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
    const { rows, next_page_token: next } = await splitRequest(limit, async (most) => {
      const query = {
        filter: filter.text,
        order_by: "version_number DESC",
        max_results: String(most),
        ...(token === undefined ? {} : { page_token: token }),
      };
      return valueOrThrow(await api.get("/model-versions/search", query, versionPage, options));
    });
    found.push(...rows.filter((row) => row.name === name && isPrompt(row.tags)));
    if (next !== undefined && next === token) throw brokenPaging();
    token = next;
    // A filter that finds versions of other prompts too may need several pages.
  } while (!filter.exact && token !== undefined && found.length <= limit);
  return { rows: found.slice(0, limit), more: found.length > limit || token !== undefined };
}
