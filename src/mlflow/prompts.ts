import { nameTakenByModel, promptExists, promptNotFound } from "../registry/errors.ts";
import {
  checkNewPromptName,
  checkPage,
  checkPromptDetails,
  checkPromptName,
  checkPromptTags,
} from "../registry/limits.ts";
import type { CallOptions, PromptSearch, TagChanges } from "../registry/prompt-registry.ts";
import { isPrompt, storedTag } from "../registry/stored-version.ts";
import type { Page, Prompt, Tags } from "../registry/types.ts";
import type { MlflowApi } from "./api.ts";
import { hasAlias, toPrompt } from "./decode.ts";
import { nameHas, promptsWhere, tagIs } from "./filter.ts";
import { collect } from "./paging.ts";
import { type Answer, granted, isMissing } from "./refusal.ts";
import { done, modelPage, registeredModelAnswer, type WireModel } from "./wire.ts";
import { workspaceForbidden } from "./workspace-gate.ts";

/** Rows to ask for when some will be sorted out here: half a millisecond each (MLflow 3.17). */
const siftedPage = 100;

/** One registered-models/search for each of MLflow's pages: it brings the newest versions along. */
export async function searchPrompts(
  api: MlflowApi,
  search: PromptSearch,
  options?: CallOptions,
): Promise<Page<Prompt>> {
  checkPage(search);
  const { nameContains = "", tags = {}, alias, limit, cursor } = search;
  const wanted = Object.entries(tags).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const filter = promptsWhere([
    ...(nameContains === "" ? [] : [nameHas(nameContains)]),
    ...wanted.map(([key, value]) => tagIs(key, value)),
  ]);
  const exact = filter.exact && alias === undefined;
  const part = nameContains.toLowerCase();
  const { rows, nextCursor } = await collect({
    search: ["prompts", nameContains, wanted, alias],
    limit,
    cursor,
    exact,
    async fetchPage(token) {
      const query = {
        filter: filter.text,
        max_results: String(exact ? limit : Math.max(limit, siftedPage)),
        ...(token === undefined ? {} : { page_token: token }),
      };
      return granted(await api.get("/registered-models/search", query, modelPage, options));
    },
    keep: (row) =>
      isPrompt(row.tags) &&
      row.name.toLowerCase().includes(part) &&
      wanted.every(([key, value]) => row.tags[key] === value) &&
      (alias === undefined || hasAlias(row, alias)),
  });
  if (rows.length === 0) await checkAccess(api, search, options);
  return { items: rows.map(toPrompt), ...(nextCursor === undefined ? {} : { nextCursor }) };
}

/**
 * A search leaves out what the caller may not see, so that a workspace in which it has no part looks
 * empty (basic auth, MLflow 3.10 to 3.17).
 * @throws RegistryError `forbidden` when that is why nothing was found
 */
async function checkAccess(
  api: MlflowApi,
  { limit: _, ...conditions }: PromptSearch,
  options?: CallOptions,
): Promise<void> {
  if (api.workspace === undefined || (await api.seesWorkspace(options))) return;
  const isWhole = Object.values(conditions).every((condition) => condition === undefined);
  if (isWhole) throw workspaceForbidden(api.workspace);
  // Single prompts may be shared with somebody who has no part in the workspace.
  await searchPrompts(api, { limit: 1 }, options);
}

/** The registered model of a prompt, its newest version and its aliases included. */
export async function findPrompt(
  api: MlflowApi,
  name: string,
  options?: CallOptions,
): Promise<WireModel> {
  const model = await findModel(api, name, options);
  if (model === undefined || !isPrompt(model.tags)) throw promptNotFound(name);
  return model;
}

/** The registered model of this name, whether it is a prompt or not. */
export async function findModel(
  api: MlflowApi,
  name: string,
  options?: CallOptions,
): Promise<WireModel | undefined> {
  return granted(await lookUpModel(api, name, options), { prompt: name });
}

/** As `findModel`, for callers to whom a refusal tells something. */
export async function lookUpModel(
  api: MlflowApi,
  name: string,
  options?: CallOptions,
): Promise<Answer<WireModel | undefined>> {
  const answer = await api.get("/registered-models/get", { name }, registeredModelAnswer, options);
  if (answer.ok) return { ok: true, value: answer.value.registered_model };
  return isMissing(answer.refusal) ? { ok: true, value: undefined } : answer;
}

export async function createPrompt(
  api: MlflowApi,
  name: string,
  details: { readonly description?: string; readonly tags?: Tags },
  options?: CallOptions,
): Promise<Prompt> {
  checkNewPromptName(name);
  checkPromptDetails(details);
  const created = await createModel(api, name, details, options);
  if (created !== undefined) return toPrompt(created);
  // Who may not see the holder of the name still learns that it is taken.
  const holder = await lookUpModel(api, name, options);
  if (holder.ok && holder.value && !isPrompt(holder.value.tags)) throw nameTakenByModel(name);
  throw promptExists(name);
}

/** Undefined when a registered model, prompt or not, has the name already. */
export async function createModel(
  api: MlflowApi,
  name: string,
  details: { readonly description?: string; readonly tags?: Tags },
  options?: CallOptions,
): Promise<WireModel | undefined> {
  const { description, tags = {} } = details;
  const body = {
    name,
    ...(description === undefined ? {} : { description }),
    tags: tagList({ ...tags, [storedTag.isPrompt]: "true" }),
  };
  const answer = await api.post("/registered-models/create", body, registeredModelAnswer, options);
  if (!answer.ok && answer.refusal.code === "RESOURCE_ALREADY_EXISTS") return undefined;
  return granted(answer, { prompt: name }).registered_model;
}

export async function tagPrompt(
  api: MlflowApi,
  name: string,
  changes: TagChanges,
  options?: CallOptions,
): Promise<void> {
  checkPromptName(name);
  checkPromptTags(changes);
  const { tags } = await findPrompt(api, name, options);
  await changeTags(api, "/registered-models", { name }, { tags, changes }, options);
}

/** Sets and deletes tags of a model or a version, one request each: MLflow has no other way. */
export async function changeTags(
  api: MlflowApi,
  path: "/registered-models" | "/model-versions",
  owner: { readonly name: string; readonly version?: string },
  { tags, changes }: { readonly tags: Tags; readonly changes: TagChanges },
  options?: CallOptions,
): Promise<void> {
  for (const [key, value] of Object.entries(changes)) {
    if (value !== null) {
      const body = { ...owner, key, value };
      granted(await api.post(`${path}/set-tag`, body, done, options), { prompt: owner.name });
    } else if (Object.hasOwn(tags, key)) {
      const body = { ...owner, key };
      granted(await api.delete(`${path}/delete-tag`, body, options), { prompt: owner.name });
    }
  }
}

export async function deletePrompt(
  api: MlflowApi,
  name: string,
  options?: CallOptions,
): Promise<void> {
  checkPromptName(name);
  await findPrompt(api, name, options);
  await deleteModel(api, name, options);
}

/** Deletes the registered model with all that belongs to it. */
export async function deleteModel(
  api: MlflowApi,
  name: string,
  options?: CallOptions,
): Promise<void> {
  const answer = await api.delete("/registered-models/delete", { name }, options);
  if (!answer.ok && isMissing(answer.refusal)) throw promptNotFound(name);
  granted(answer, { prompt: name });
}

/** Tags as MLflow takes them. */
export function tagList(tags: Tags): { key: string; value: string }[] {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
