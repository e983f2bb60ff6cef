import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { FoundPrompts, PromptSearch } from "../../registry/search/prompt-search.ts";
import { maxScanned, searchByScanning } from "../../registry/search/scan.ts";
import { SearchPlan } from "../../registry/search/search-plan.ts";
import type { Source, Walk } from "../../registry/search/source.ts";
import { isPrompt } from "../../registry/versions/stored-version.ts";
import type { MlflowApi } from "../api.ts";
import { valueOrThrow } from "../errors/refusal.ts";
import { modelPage, type WireModel } from "../schemas.ts";
import { workspaceForbidden } from "../workspace-support.ts";
import { hasAlias, hasMixedTags, toPrompt, updatedAt } from "./decode.ts";
import { nameHas, promptsWhere, tagIs } from "./filter.ts";
import { getVersions } from "./many-versions.ts";
import { fetchModel } from "./prompts.ts";
import { type Position, position, RowWalk } from "./row-walk.ts";
import { splitRequest } from "./split-request.ts";

/**
 * Searches with one registered-models/search per page, which also returns the newest versions. What
 * MLflow's filters cannot express, such as one text in several fields, is filtered here.
 */
export async function searchPrompts(
  api: MlflowApi,
  search: PromptSearch,
  options?: CallOptions,
): Promise<FoundPrompts> {
  const plan = new SearchPlan(search, api.workspace);
  const page = await searchByScanning(plan, buildSource(api, plan, options));
  if (page.items.length === 0) await checkAccess(api, search, options);
  return page;
}

function buildSource(api: MlflowApi, plan: SearchPlan, options?: CallOptions): Source<Position> {
  const { filter, exact, keep } = splitConditions(plan.search);
  return {
    exact: exact && !plan.needsContent,
    position,
    readVersions: (wanted) => getVersions(api, wanted, options),
    walk: (from, count) =>
      toPromptWalk(
        (row) => readWholeModel(api, row, options),
        new RowWalk({
          from,
          count,
          maxRows: maxScanned,
          keyOf: (row: WireModel) => plan.walkKey({ name: row.name, updatedAt: updatedAt(row) }),
          fetchPage: (token, wanted) =>
            splitRequest(wanted, async (rows) => {
              const query = {
                filter,
                ...(plan.walk === "changed" ? { order_by: "last_updated_timestamp DESC" } : {}),
                max_results: String(rows),
                ...(token === undefined ? {} : { page_token: token }),
              };
              return valueOrThrow(
                await api.get("/registered-models/search", query, modelPage, options),
              );
            }),
        }),
        // A row that is too old is passed on as well: it ends the scan.
        (row) => keep(row) || plan.isPastEnd({ updatedAt: updatedAt(row) }),
      ),
  };
}

/** Converts a walk over rows to a walk over the matching prompts; its position is that of the rows. */
function toPromptWalk(
  readWhole: (row: WireModel) => Promise<WireModel>,
  rows: RowWalk<WireModel>,
  isMatch: (row: WireModel) => boolean,
): Walk<Position> {
  return {
    get position() {
      return rows.position;
    },
    get isComplete() {
      return rows.isComplete;
    },
    async *[Symbol.asyncIterator]() {
      for await (const found of rows) {
        const row = hasMixedTags(found) ? await readWhole(found) : found;
        if (isMatch(row)) yield toPrompt(row);
      }
    },
  };
}

/** Reads the model with its newest version; returns the row if the caller may not read the model. */
async function readWholeModel(
  api: MlflowApi,
  row: WireModel,
  options?: CallOptions,
): Promise<WireModel> {
  const answer = await fetchModel(api, row.name, options);
  return answer.ok && answer.value ? answer.value : row;
}

/** Splits a search into MLflow's filter and a check of each row, `keep`. */
function splitConditions({ nameContains = "", tags = {}, alias }: PromptSearch) {
  const wanted = Object.entries(tags).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const filter = promptsWhere([
    ...(nameContains === "" ? [] : [nameHas(nameContains)]),
    ...wanted.map(([key, value]) => tagIs(key, value)),
  ]);
  const part = nameContains.toLowerCase();
  return {
    filter: filter.text,
    exact: filter.exact && alias === undefined,
    keep: (row: WireModel) =>
      isPrompt(row.tags) &&
      row.name.toLowerCase().includes(part) &&
      wanted.every(([key, value]) => row.tags[key] === value) &&
      (alias === undefined || hasAlias(row, alias)),
  };
}

/**
 * MLflow's search leaves out what the caller may not read, so a workspace without access looks empty
 * (basic auth, MLflow 3.10 to 3.17).
 * @throws RegistryError `forbidden` when the search is empty for lack of access
 */
async function checkAccess(
  api: MlflowApi,
  search: PromptSearch,
  options?: CallOptions,
): Promise<void> {
  if (api.workspace === undefined || (await api.canAccessWorkspace(options))) return;
  const { limit: _, cursor, order: __, serve: ___, ...conditions } = search;
  const isUnfiltered = Object.values({ cursor, ...conditions }).every((one) => one === undefined);
  if (isUnfiltered) throw workspaceForbidden(api.workspace);
  // A caller without access to the workspace may have access to single prompts in it.
  await searchPrompts(api, { limit: 1 }, options);
}
