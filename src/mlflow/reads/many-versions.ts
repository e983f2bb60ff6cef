import pMap from "p-map";
import type { CallOptions, VersionRequest } from "../../registry/prompt-registry.ts";
import type { PromptVersion } from "../../registry/types.ts";
import { listAliasesOfVersion } from "../../registry/versions/served-version.ts";
import { isPrompt } from "../../registry/versions/stored-version.ts";
import type { MlflowApi } from "../api.ts";
import { valueOrThrow } from "../errors/refusal.ts";
import { versionPage, type WireVersion } from "../schemas.ts";
import { maxConcurrentRequests } from "./concurrency.ts";
import { toVersion } from "./decode.ts";
import { promptsWhere } from "./filter.ts";
import { searchByNames } from "./name-search.ts";
import { ignoreTooLarge } from "./split-request.ts";
import {
  type ListedVersion,
  planSearchesByName,
  planSearchesByNumber,
  planSearchesWithoutNames,
  type VersionSearch,
} from "./version-searches.ts";
import { findReadableVersion } from "./versions.ts";

/**
 * Searches keep MLflow's CPU busy, so more at once are not faster. On Python 3.11 parallel `name IN`
 * searches occasionally fail with a 500 and are retried; the more run at once, the more often.
 */
const maxConcurrentSearches = 2;

/**
 * Reads many versions. MLflow has no request for this, but it can search for all versions with one
 * number or a range of numbers, and since 3.17 for many names: 1,000 versions take 1 to 20 requests.
 * Versions without `prompt`, and versions too few for a search, take one request each.
 */
export async function getVersions(
  api: MlflowApi,
  wanted: readonly VersionRequest[],
  options?: CallOptions,
): Promise<readonly PromptVersion[]> {
  const remaining = new Map(wanted.map((one) => [keyOf(one), one]));
  const found = new Map<string, PromptVersion>();
  const search = async (plan: (listed: readonly ListedVersion[]) => VersionSearch[]) => {
    const searches = plan([...remaining.values()].filter(isListed));
    await pMap(
      searches,
      async (one) => {
        for (const [key, version] of await runSearch(api, one, options)) {
          remaining.delete(key);
          if (version) found.set(key, version);
        }
      },
      { concurrency: maxConcurrentSearches },
    );
  };
  if (api.server.supportsNameIn !== false) {
    await search(planSearchesByNumber);
    await search(planSearchesByName);
  }
  if (api.server.supportsNameIn === false) await search(planSearchesWithoutNames);
  await pMap(
    [...remaining],
    async ([key, one]) => {
      const version = await getOneVersion(api, one, options);
      if (version) found.set(key, version);
    },
    { concurrency: maxConcurrentRequests },
  );
  return wanted.flatMap((one) => found.get(keyOf(one)) ?? []);
}

/**
 * Runs a search and returns the result for each of its versions, by key; undefined for a version that
 * does not exist. Empty when the response is too large.
 */
async function runSearch(
  api: MlflowApi,
  { wanted, conditions, rows }: VersionSearch,
  options?: CallOptions,
): Promise<Map<string, PromptVersion | undefined>> {
  const query = {
    filter: promptsWhere(conditions).text,
    order_by: "name ASC",
    max_results: String(rows),
  };
  const path = "/model-versions/search";
  const namesPrompts = conditions.length > 1;
  const response = namesPrompts
    ? searchByNames(api, path, query, versionPage, options)
    : api.get(path, query, versionPage, options).then((answer) => valueOrThrow(answer));
  const page = await ignoreTooLarge(response);
  if (page === undefined) return new Map();
  const byKey = new Map(page.rows.map((row) => [keyOf(row), row]));
  const isLastPage = page.next_page_token === undefined;
  return new Map(
    wanted
      .filter((one) => isLastPage || byKey.has(keyOf(one)))
      .map((one) => [keyOf(one), toListedVersion(one, byKey.get(keyOf(one)))]),
  );
}

/** Converts a row of a search, which has no aliases; the prompt has them. */
function toListedVersion(
  { prompt, version }: ListedVersion,
  row: WireVersion | undefined,
): PromptVersion | undefined {
  if (row === undefined || !isPrompt(row.tags)) return undefined;
  return toVersion(row, listAliasesOfVersion(prompt, version));
}

async function getOneVersion(
  api: MlflowApi,
  { name, version }: VersionRequest,
  options?: CallOptions,
): Promise<PromptVersion | undefined> {
  // Undefined for a version that the caller may not read: searches leave such versions out too.
  const found = await findReadableVersion(api, name, version, options);
  return found && isPrompt(found.tags) ? toVersion(found) : undefined;
}

function isListed(one: VersionRequest): one is ListedVersion {
  return one.prompt !== undefined;
}

function keyOf({ name, version }: { readonly name: string; readonly version: number }): string {
  return `${version}/${name}`;
}
