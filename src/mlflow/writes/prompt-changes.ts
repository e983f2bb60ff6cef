import { isDeepStrictEqual } from "node:util";
import {
  nameTakenByModel,
  promptExists,
  promptNotFound,
  quote,
  type RegistryError,
} from "../../registry/errors.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { Prompt, Tags } from "../../registry/types.ts";
import { isPrompt, pickUserTags, storedTag } from "../../registry/versions/stored-version.ts";
import type { TagChanges, WriteConditions } from "../../registry/writes.ts";
import type { MlflowApi } from "../api.ts";
import { isForbidden, isMissing, valueOrThrow } from "../errors/refusal.ts";
import { requireName } from "../reads/check-answer.ts";
import { toPrompt } from "../reads/decode.ts";
import { fetchModel, findModel, findPrompt } from "../reads/prompts.ts";
import { registeredModelAnswer, type WireModel } from "../schemas.ts";
import { experimentTags } from "./experiment.ts";
import { changeTags, toTagList } from "./tags.ts";
import { checkConditions } from "./write-conditions.ts";

/** The properties of a new prompt. */
interface Details {
  readonly description?: string;
  readonly tags?: Tags;
}

export async function createPrompt(
  api: MlflowApi,
  name: string,
  details: Details,
  options?: CallOptions,
): Promise<Prompt> {
  const created = await createModel(api, name, details, options);
  if (created !== undefined) return toPrompt(created.model);
  throw await nameTaken(api, name, options);
}

/** The error for a name that MLflow says is taken: by a prompt, or by another registered model. */
export async function nameTaken(
  api: MlflowApi,
  name: string,
  options?: CallOptions,
): Promise<RegistryError> {
  // A caller who cannot read the model of this name must still learn that the name is taken.
  const holder = await fetchModel(api, name, options);
  const isModel = holder.ok && holder.value !== undefined && !isPrompt(holder.value.tags);
  return isModel ? nameTakenByModel(name) : promptExists(name);
}

/** A registered model that this call created. */
export interface CreatedModel {
  readonly model: WireModel;
  /** False when the response was lost: another caller may have created an equal model meanwhile. */
  readonly isCertain: boolean;
}

/** Creates the registered model of a prompt. Undefined when the name is taken, by a prompt or a model. */
export async function createModel(
  api: MlflowApi,
  name: string,
  details: Details,
  options?: CallOptions,
): Promise<CreatedModel | undefined> {
  const { description, tags = {} } = details;
  const body = {
    name,
    ...(description === undefined ? {} : { description }),
    tags: toTagList({ ...tags, [storedTag.isPrompt]: "true", ...experimentTags(api) }),
  };
  return api.verifyWrite<CreatedModel | undefined>(
    async () => {
      const answer = await api.post(
        "/registered-models/create",
        body,
        registeredModelAnswer,
        options,
      );
      if (!answer.ok && answer.refusal.code === "RESOURCE_ALREADY_EXISTS") return undefined;
      const model = requireName(name, valueOrThrow(answer, { prompt: name }).registered_model);
      return { model, isCertain: true };
    },
    async (readOptions) => {
      const answer = await fetchModel(api, name, readOptions);
      // A server whose default permission is NO_PERMISSIONS forbids reading what does not exist; the
      // creator of a prompt can read it.
      const model = !answer.ok && isForbidden(answer.refusal) ? undefined : valueOrThrow(answer);
      if (model === undefined) return { current: `there is no prompt named ${quote(name)}` };
      return { applied: matchesDetails(model, details) ? { model, isCertain: false } : undefined };
    },
    options,
  );
}

/** Whether a model looks like one just created with these details: a prompt without versions. */
function matchesDetails(model: WireModel, { description = "", tags = {} }: Details): boolean {
  return (
    isPrompt(model.tags) &&
    model.latest_versions.length === 0 &&
    model.description === description &&
    isDeepStrictEqual({ ...pickUserTags(model.tags) }, { ...tags })
  );
}

export async function tagPrompt(
  api: MlflowApi,
  name: string,
  changes: TagChanges,
  conditions?: WriteConditions,
  options?: CallOptions,
): Promise<void> {
  const model = await findPrompt(api, name, options);
  checkConditions(model, conditions);
  const { tags } = model;
  const owner = {
    path: "/registered-models",
    key: { name },
    read: async (readOptions: CallOptions) => (await findModel(api, name, readOptions))?.tags,
  } as const;
  await changeTags(api, owner, { tags, changes }, options);
}

export async function deletePrompt(
  api: MlflowApi,
  name: string,
  conditions?: WriteConditions,
  options?: CallOptions,
): Promise<void> {
  const model = await findPrompt(api, name, options);
  checkConditions(model, conditions);
  await deleteModel(api, model, options);
}

/** Deletes the registered model with its versions, aliases and tags. */
export async function deleteModel(
  api: MlflowApi,
  { name, creation_timestamp }: WireModel,
  options?: CallOptions,
): Promise<void> {
  await api.verifyWrite(
    async () => {
      const answer = await api.delete("/registered-models/delete", { name }, options);
      if (!answer.ok && isMissing(answer.refusal)) throw promptNotFound(name);
      valueOrThrow(answer, { prompt: name });
    },
    async (readOptions) => {
      const answer = await fetchModel(api, name, readOptions);
      // The caller could read it before, so if it is forbidden now, it was deleted (see above).
      const model = !answer.ok && isForbidden(answer.refusal) ? undefined : valueOrThrow(answer);
      // Another creation time means that another caller has created a new model of this name.
      if (model?.creation_timestamp !== creation_timestamp) return { applied: undefined };
      return { current: `the prompt ${quote(name)} still exists` };
    },
    options,
  );
}
