import { nameTakenByModel, promptExists, promptNotFound } from "../registry/errors.ts";
import {
  checkNewPromptName,
  checkPromptDetails,
  checkPromptName,
  checkPromptTags,
} from "../registry/limits.ts";
import type { CallOptions, TagChanges } from "../registry/prompt-registry.ts";
import { isPrompt, storedTag } from "../registry/stored-version.ts";
import type { Prompt, Tags } from "../registry/types.ts";
import type { MlflowApi } from "./api.ts";
import { toPrompt } from "./decode.ts";
import { type Answer, granted, isMissing } from "./refusal.ts";
import { done, registeredModelAnswer, type WireModel } from "./wire.ts";

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
