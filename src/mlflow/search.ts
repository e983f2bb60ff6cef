import { checkPage, limits } from "../registry/limits.ts";
import type { CallOptions, FoundPrompts, PromptSearch } from "../registry/prompt-registry.ts";
import { needsScan, searchByScanning } from "../registry/scan.ts";
import { isPrompt } from "../registry/stored-version.ts";
import type { Page, Prompt } from "../registry/types.ts";
import type { MlflowApi } from "./api.ts";
import { hasAlias, toPrompt } from "./decode.ts";
import { nameHas, promptsWhere, tagIs } from "./filter.ts";
import { collect } from "./paging.ts";
import { granted } from "./refusal.ts";
import { modelPage, type WireModel } from "./wire.ts";
import { workspaceForbidden } from "./workspace-gate.ts";

/** Rows to ask for when some will be sorted out here: half a millisecond each (MLflow 3.17). */
const siftedPage = 100;

/**
 * One registered-models/search for each of MLflow's pages: it brings the newest versions along. What
 * MLflow's filters cannot say, or not of several fields at once, is looked for here.
 */
export async function searchPrompts(
  api: MlflowApi,
  search: PromptSearch,
  options?: CallOptions,
): Promise<FoundPrompts> {
  checkPage(search);
  const page = needsScan(search)
    ? await searchByScanning(search, everyPrompt(api, search, options))
    : await pageByName(api, search, options);
  if (page.items.length === 0) await checkAccess(api, search, options);
  return page;
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
    identity: ["prompts", nameContains, wanted, alias],
    keep: (row: WireModel) =>
      isPrompt(row.tags) &&
      row.name.toLowerCase().includes(part) &&
      wanted.every(([key, value]) => row.tags[key] === value) &&
      (alias === undefined || hasAlias(row, alias)),
  };
}

async function pageByName(
  api: MlflowApi,
  search: PromptSearch,
  options?: CallOptions,
): Promise<Page<Prompt>> {
  const { filter, exact, identity, keep } = conditionsOf(search);
  const { limit, cursor } = search;
  const { rows, nextCursor } = await collect({
    search: identity,
    limit,
    cursor,
    exact,
    keep,
    keyOf: ({ name }: WireModel) => name,
    async fetchPage(token, count) {
      const query = {
        filter,
        max_results: String(exact ? count : Math.max(count, siftedPage)),
        ...(token === undefined ? {} : { page_token: token }),
      };
      return granted(await api.get("/registered-models/search", query, modelPage, options));
    },
  });
  return { items: rows.map(toPrompt), ...(nextCursor === undefined ? {} : { nextCursor }) };
}

/** Every prompt that a scan has to look at, in MLflow's largest pages, the last changed first. */
async function* everyPrompt(
  api: MlflowApi,
  search: PromptSearch,
  options?: CallOptions,
): AsyncGenerator<readonly Prompt[]> {
  const { filter, keep } = conditionsOf(search);
  const { changedSince = 0 } = search;
  let token: string | undefined;
  do {
    const query = {
      filter,
      order_by: "last_updated_timestamp DESC",
      max_results: String(limits.pageSize),
      ...(token === undefined ? {} : { page_token: token }),
    };
    const page = granted(await api.get("/registered-models/search", query, modelPage, options));
    const prompts = page.rows.filter(keep).map(toPrompt);
    yield prompts;
    const oldest = page.rows.at(-1)?.last_updated_timestamp ?? 0;
    token = oldest < changedSince ? undefined : page.next_page_token;
  } while (token !== undefined);
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
  if (api.workspace === undefined || (await api.seesWorkspace(options))) return;
  const { limit: _, cursor, order: __, ...conditions } = search;
  const isWhole = Object.values({ cursor, ...conditions }).every((one) => one === undefined);
  if (isWhole) throw workspaceForbidden(api.workspace);
  // Single prompts may be shared with somebody who has no part in the workspace.
  await searchPrompts(api, { limit: 1 }, options);
}
