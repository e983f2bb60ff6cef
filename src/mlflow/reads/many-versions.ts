import pMap from "p-map";
import type { CallOptions, VersionRequest } from "../../registry/prompt-registry.ts";
import type { PromptVersion } from "../../registry/types.ts";
import { aliasesOfVersion } from "../../registry/versions/served-version.ts";
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
 * Searches are work for MLflow, not waiting. On Python 3.11 it answers one of several parallel
 * `name IN` now and then with a 500, which is repeated: the more of them, the more often.
 */
const maxConcurrentSearches = 2;

/**
 * Many versions. MLflow has no request for that, but searches for versions of one number, or of a
 * few, and since 3.17 of many names: 1,000 versions are 1 to 20 requests. Those whose prompt is not
 * given, and those that no search is worth, come one by one.
 */
export async function getVersions(
  api: MlflowApi,
  wanted: readonly VersionRequest[],
  options?: CallOptions,
): Promise<readonly PromptVersion[]> {
  const left = new Map(wanted.map((one) => [keyOf(one), one]));
  const found = new Map<string, PromptVersion>();
  const search = async (plan: (listed: readonly ListedVersion[]) => VersionSearch[]) => {
    const searches = plan([...left.values()].filter(isListed));
    await pMap(
      searches,
      async (one) => {
        for (const [key, version] of await runSearch(api, one, options)) {
          left.delete(key);
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
    [...left],
    async ([key, one]) => {
      const version = await getOneVersion(api, one, options);
      if (version) found.set(key, version);
    },
    { concurrency: maxConcurrentRequests },
  );
  return wanted.flatMap((one) => found.get(keyOf(one)) ?? []);
}

/**
 * What a search tells of the versions it is for; undefined for one that is not there. Nothing when
 * all of them are more than may be read of one answer.
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
  const asking = namesPrompts
    ? searchByNames(api, path, query, versionPage, options)
    : api.get(path, query, versionPage, options).then((answer) => valueOrThrow(answer));
  const page = await ignoreTooLarge(asking);
  if (page === undefined) return new Map();
  const byKey = new Map(page.rows.map((row) => [keyOf(row), row]));
  const isWhole = page.next_page_token === undefined;
  return new Map(
    wanted
      .filter((one) => isWhole || byKey.has(keyOf(one)))
      .map((one) => [keyOf(one), listedVersion(one, byKey.get(keyOf(one)))]),
  );
}

/** A search brings no aliases; the prompt has them. */
function listedVersion(
  { prompt, version }: ListedVersion,
  row: WireVersion | undefined,
): PromptVersion | undefined {
  if (row === undefined || !isPrompt(row.tags)) return undefined;
  return toVersion(row, aliasesOfVersion(prompt, version));
}

async function getOneVersion(
  api: MlflowApi,
  { name, version }: VersionRequest,
  options?: CallOptions,
): Promise<PromptVersion | undefined> {
  // A search leaves out what may not be seen, so that is left out here as well.
  const found = await findReadableVersion(api, name, version, options);
  return found && isPrompt(found.tags) ? toVersion(found) : undefined;
}

function isListed(one: VersionRequest): one is ListedVersion {
  return one.prompt !== undefined;
}

function keyOf({ name, version }: { readonly name: string; readonly version: number }): string {
  return `${version}/${name}`;
}
