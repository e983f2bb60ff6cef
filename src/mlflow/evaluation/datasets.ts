import type * as z from "zod";
import { quote, RegistryError } from "../../registry/errors.ts";
import {
  datasetNameTaken,
  noDataset,
  severalDatasets,
  tiedToAnother,
} from "../../registry/evaluation/dataset-errors.ts";
import {
  type Dataset,
  type DatasetSearch,
  datasetPromptTag,
} from "../../registry/evaluation/datasets.ts";
import { storedJson } from "../../registry/json.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import { decodeCursor, encodeCursor } from "../../registry/search/cursor.ts";
import type { Page } from "../../registry/types.ts";
import type { MlflowApi } from "../api.ts";
import { isMissing, valueOrThrow } from "../errors/refusal.ts";
import { equals, nameIs } from "../reads/filter.ts";
import { emptyResponse } from "../schemas.ts";
import { datasetAnswer, datasetPage, pageToken } from "./dataset-wire.ts";
import { repeatableWrite } from "./repeatable-write.ts";

/** The path of their endpoints. */
export const datasetsPath = "/api/3.0/mlflow/datasets";

/** Pages of a search without a match before it says so. */
const maxPages = 20;

/**
 * The datasets of the experiment. MLflow's basic auth refuses a search of all experiments (3.17). A page
 * may have fewer datasets than asked for, because MLflow's filter matches more than is meant.
 */
export async function listDatasets(
  api: MlflowApi,
  experimentId: string,
  { prompt, limit, cursor }: DatasetSearch,
  options?: CallOptions,
): Promise<Page<Dataset>> {
  const listing = { identity: ["datasets", experimentId, prompt], after: pageToken };
  let next = decodeCursor(listing, cursor);
  // MLflow finds nothing where the name of a tag is quoted (3.8 to 3.17).
  const filter = prompt === undefined ? undefined : equals(`tags.${datasetPromptTag}`, prompt).text;
  for (let page = 0; page < maxPages; page += 1) {
    const found = await searchDatasets(api, { experimentId, filter, limit, token: next }, options);
    next = found.next_page_token;
    const items = found.datasets.filter((one) => prompt === undefined || one.prompt === prompt);
    if (next === undefined) return { items };
    if (items.length > 0) return { items, nextCursor: encodeCursor(listing, next) };
  }
  throw new RegistryError(
    "unavailable",
    `MLflow has so many datasets whose prompt resembles ${quote(prompt ?? "")} that those of the prompt itself were not found. Name the dataset, or list all datasets.`,
  );
}

export async function getDataset(
  api: MlflowApi,
  experimentId: string,
  nameOrId: string,
  options?: CallOptions,
): Promise<Dataset> {
  if (/^d-[0-9a-f]{32}$/.test(nameOrId)) return fetchDataset(api, nameOrId, options);
  const [dataset, ...others] = await findDatasets(api, experimentId, nameOrId, options);
  if (dataset === undefined) throw noDataset("MLflow", nameOrId);
  if (others.length > 0) throw severalDatasets("MLflow", [dataset, ...others]);
  return dataset;
}

/** @param id of the dataset, which may be of any experiment */
export async function fetchDataset(
  api: MlflowApi,
  id: string,
  options?: CallOptions,
): Promise<Dataset> {
  const answer = await api.get(`${datasetsPath}/${id}`, {}, datasetAnswer, options);
  if (!answer.ok && isMissing(answer.refusal)) throw noDataset("MLflow", id);
  return valueOrThrow(answer).dataset;
}

export async function createDataset(
  api: MlflowApi,
  place: { readonly experimentId: string; readonly name: string; readonly prompt?: string },
  options: CallOptions = {},
): Promise<Dataset> {
  const { experimentId, name, prompt } = place;
  const existing = await findDatasets(api, experimentId, name, options);
  if (existing.length > 0) throw datasetNameTaken("MLflow", name);
  const tags = storedJson(prompt === undefined ? {} : { [datasetPromptTag]: prompt });
  const body = { name, experiment_ids: [experimentId], tags };
  return api.verifyWrite<Dataset>(
    async () =>
      valueOrThrow(await api.post(`${datasetsPath}/create`, body, datasetAnswer, options)).dataset,
    async (readOptions) => {
      const [created] = await findDatasets(api, experimentId, name, readOptions);
      return created ? { applied: created } : { current: `no dataset named ${quote(name)}` };
    },
    options,
  );
}

/**
 * MLflow has no conditional write of a tag, so the dataset is read just before.
 * @throws RegistryError `conflict` when it is tied to another prompt
 */
export async function tieDataset(
  api: MlflowApi,
  { id }: Dataset,
  prompt: string,
  options: CallOptions = {},
): Promise<Dataset> {
  const dataset = await fetchDataset(api, id, options);
  if (dataset.prompt === prompt) return dataset;
  if (dataset.prompt !== undefined) throw tiedToAnother(dataset, prompt);
  const tags = storedJson({ [datasetPromptTag]: prompt });
  await repeatableWrite(
    api,
    async (sent) =>
      valueOrThrow(await api.patch(`${datasetsPath}/${id}/tags`, { tags }, emptyResponse, sent)),
    options,
  );
  return fetchDataset(api, id, options);
}

async function findDatasets(
  api: MlflowApi,
  experimentId: string,
  name: string,
  options?: CallOptions,
): Promise<readonly Dataset[]> {
  const filter = nameIs(name).text;
  const found: Dataset[] = [];
  let next: string | undefined;
  do {
    const page = await searchDatasets(
      api,
      { experimentId, filter, limit: 50, token: next },
      options,
    );
    found.push(...page.datasets.filter((one) => one.name === name));
    next = page.next_page_token;
  } while (next !== undefined);
  return found;
}

async function searchDatasets(
  api: MlflowApi,
  search: {
    readonly experimentId: string;
    readonly filter?: string | undefined;
    readonly limit: number;
    readonly token?: string | undefined;
  },
  options?: CallOptions,
): Promise<z.infer<typeof datasetPage>> {
  const { experimentId, filter, limit, token } = search;
  const body = {
    experiment_ids: [experimentId],
    max_results: limit,
    order_by: ["created_time DESC"],
    ...(filter === undefined ? {} : { filter_string: filter }),
    ...(token === undefined ? {} : { page_token: token }),
  };
  return valueOrThrow(await api.search(`${datasetsPath}/search`, body, datasetPage, options));
}
