import type { CallOptions, FoundPrompts, PromptSearch } from "../../registry/prompt-registry.ts";
import {
  maxScanned,
  type Source,
  searchByScanning,
  type Walk,
} from "../../registry/search/scan.ts";
import { SearchPlan } from "../../registry/search/search-plan.ts";
import { isPrompt } from "../../registry/versions/stored-version.ts";
import type { MlflowApi } from "../api.ts";
import { valueOrThrow } from "../errors/refusal.ts";
import { modelPage, type WireModel } from "../schemas.ts";
import { workspaceForbidden } from "../workspace-support.ts";
import { hasAlias, hasMixedTags, toPrompt, updatedAt } from "./decode.ts";
import { nameHas, promptsWhere, tagIs } from "./filter.ts";
import { fetchModel } from "./prompts.ts";
import { type Position, position, RowWalk } from "./row-walk.ts";
import { splitRequest } from "./split-request.ts";

/**
 * One registered-models/search for each of MLflow's pages: it brings the newest versions along. What
 * MLflow's filters cannot say, or not of several fields at once, is looked for here.
 */
export async function searchPrompts(
  api: MlflowApi,
  search: PromptSearch,
  options?: CallOptions,
): Promise<FoundPrompts> {
  const plan = new SearchPlan(search, api.workspace);
  const page = await searchByScanning(plan, sourceOf(api, plan, options));
  if (page.items.length === 0) await checkAccess(api, search, options);
  return page;
}

function sourceOf(api: MlflowApi, plan: SearchPlan, options?: CallOptions): Source<Position> {
  const { filter, exact, keep } = conditionsOf(plan.search);
  return {
    exact: exact && !plan.needsContent,
    position,
    walk: (from, count) =>
      promptsOf(
        (row) => wholeRow(api, row, options),
        new RowWalk({
          from,
          count,
          bound: maxScanned,
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
        // What is too old is given as well: nothing behind it has to be looked at.
        (row) => keep(row) || plan.isOver({ updatedAt: updatedAt(row) }),
      ),
  };
}

/** The prompts among the rows; the walk goes on behind the others as well. */
function promptsOf(
  whole: (row: WireModel) => Promise<WireModel>,
  rows: RowWalk<WireModel>,
  isGiven: (row: WireModel) => boolean,
): Walk<Position> {
  return {
    get position() {
      return rows.position;
    },
    get isComplete() {
      return rows.ended;
    },
    async *[Symbol.asyncIterator]() {
      for await (const found of rows) {
        const row = hasMixedTags(found) ? await whole(found) : found;
        if (isGiven(row)) yield toPrompt(row);
      }
    },
  };
}

/** The model with its newest version, as far as the caller may see it by itself. */
async function wholeRow(api: MlflowApi, row: WireModel, options?: CallOptions): Promise<WireModel> {
  const answer = await fetchModel(api, row.name, options);
  return answer.ok && answer.value ? answer.value : row;
}

/** What MLflow's search can look for, and what is left to look for here. */
function conditionsOf({ nameContains = "", tags = {}, alias }: PromptSearch) {
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
 * A search leaves out what the caller may not see, so that a workspace in which it has no part looks
 * empty (basic auth, MLflow 3.10 to 3.17).
 * @throws RegistryError `forbidden` when that is why nothing was found
 */
async function checkAccess(
  api: MlflowApi,
  search: PromptSearch,
  options?: CallOptions,
): Promise<void> {
  if (api.workspace === undefined || (await api.canAccessWorkspace(options))) return;
  const { limit: _, cursor, order: __, ...conditions } = search;
  const isWhole = Object.values({ cursor, ...conditions }).every((one) => one === undefined);
  if (isWhole) throw workspaceForbidden(api.workspace);
  // Single prompts may be shared with somebody who has no part in the workspace.
  await searchPrompts(api, { limit: 1 }, options);
}
