import { promptNotFound } from "../../registry/errors.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import { isPrompt } from "../../registry/versions/stored-version.ts";
import type { MlflowApi } from "../api.ts";
import { type Answer, isMissing, valueOrThrow } from "../errors/refusal.ts";
import { refusesName } from "../errors/refused-name.ts";
import {
  modelPage,
  modelVersionAnswer,
  registeredModelAnswer,
  type WireModel,
} from "../schemas.ts";
import { requireModel } from "./check-answer.ts";
import { findNewestRow, hasMixedTags } from "./decode.ts";
import { isPlain, nameIs, promptsWhere } from "./filter.ts";

/** Reads the registered model of a prompt, with its newest version and its aliases. */
export async function findPrompt(
  api: MlflowApi,
  name: string,
  options?: CallOptions,
): Promise<WireModel> {
  const model = await findModel(api, name, options);
  if (model === undefined || !isPrompt(model.tags)) throw promptNotFound(name);
  return model;
}

/** Reads the registered model of this name, whether it is a prompt or not. Undefined if there is none. */
export async function findModel(
  api: MlflowApi,
  name: string,
  options?: CallOptions,
): Promise<WireModel | undefined> {
  return valueOrThrow(await fetchModel(api, name, options), { prompt: name });
}

/**
 * Like `findModel`, but returns MLflow's refusal instead of throwing it. For a prompt with many versions
 * it searches: `registered-models/get` makes MLflow load all versions (3.8 to 3.17), a search only the
 * newest (3.10 to 3.17). When the search does not return the prompt, or the caller may not read it,
 * `get` is requested as well, because only its response says why.
 */
export async function fetchModel(
  api: MlflowApi,
  name: string,
  options?: CallOptions,
): Promise<Answer<WireModel | undefined>> {
  const { promptsToSearch } = api.server;
  const key = JSON.stringify([api.workspace, name]);
  const found = promptsToSearch.has(key) ? await searchForPrompt(api, name, options) : undefined;
  const answer = found ? { ok: true as const, value: found } : await getModel(api, name, options);
  if (!answer.ok) return answer;
  if (answer.value && isWorthSearching(answer.value)) promptsToSearch.add(key);
  else promptsToSearch.delete(key);
  return answer;
}

/** A search is slower for few versions and faster for many; at 1,000 both take about as long. */
function isWorthSearching(model: WireModel): boolean {
  return isPlain(model.name) && (findNewestRow(model)?.version ?? 0) >= 1_000;
}

async function searchForPrompt(
  api: MlflowApi,
  name: string,
  options?: CallOptions,
): Promise<WireModel | undefined> {
  const [answer, mayBeRead] = await Promise.all([
    searchByName(api, name, options),
    isReadable(api, name, options),
  ]);
  if (!answer.ok || !mayBeRead) return undefined;
  return answer.value && hasMixedTags(answer.value) ? undefined : answer.value;
}

/** Finds a prompt whose name a filter can match exactly. */
async function searchByName(
  api: MlflowApi,
  name: string,
  options?: CallOptions,
): Promise<Answer<WireModel | undefined>> {
  const query = { filter: promptsWhere([nameIs(name)]).text, max_results: "1" };
  const answer = await api.get("/registered-models/search", query, modelPage, options);
  if (!answer.ok) return answer;
  return { ok: true, value: answer.value.rows.find((row) => row.name === name) };
}

/**
 * Whether MLflow lets the caller read the prompt. A search does not tell: with basic auth and workspaces
 * it returns every prompt of the workspace (3.17). Any version will do, a deleted one included.
 */
async function isReadable(api: MlflowApi, name: string, options?: CallOptions): Promise<boolean> {
  if (!api.hasCredential) return true;
  const query = { name, version: "1" };
  const answer = await api.get("/model-versions/get", query, modelVersionAnswer, options);
  return answer.ok || isMissing(answer.refusal);
}

async function getModel(
  api: MlflowApi,
  name: string,
  options?: CallOptions,
): Promise<Answer<WireModel | undefined>> {
  const answer = await api.get("/registered-models/get", { name }, registeredModelAnswer, options);
  if (answer.ok) {
    return { ok: true, value: requireModel({ name }, answer.value.registered_model) };
  }
  if (refusesName(answer.refusal, name)) return searchByName(api, name, options);
  return isMissing(answer.refusal) ? { ok: true, value: undefined } : answer;
}
