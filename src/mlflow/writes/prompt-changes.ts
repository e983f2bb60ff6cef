import { isDeepStrictEqual } from "node:util";
import { nameTakenByModel, promptExists, promptNotFound, quote } from "../../registry/errors.ts";
import type { CallOptions, TagChanges, WriteConditions } from "../../registry/prompt-registry.ts";
import type { Prompt, Tags } from "../../registry/types.ts";
import { isPrompt, storedTag, userTags } from "../../registry/versions/stored-version.ts";
import type { MlflowApi } from "../api.ts";
import { isForbidden, isMissing, valueOrThrow } from "../errors/refusal.ts";
import { requireName } from "../reads/check-answer.ts";
import { toPrompt } from "../reads/decode.ts";
import { fetchModel, findModel, findPrompt } from "../reads/prompts.ts";
import { registeredModelAnswer, type WireModel } from "../schemas.ts";
import { changeTags, tagList } from "./tags.ts";
import { checkConditions } from "./write-conditions.ts";

/** What a prompt is created with. */
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
  // Who may not see the holder of the name still learns that it is taken.
  const holder = await fetchModel(api, name, options);
  if (holder.ok && holder.value && !isPrompt(holder.value.tags)) throw nameTakenByModel(name);
  throw promptExists(name);
}

/** A registered model that was created just now. */
export interface Created {
  readonly model: WireModel;
  /** False when the answer got lost, and it could also be another's, created alike in that moment. */
  readonly isOurs: boolean;
}

/** Undefined when a registered model, prompt or not, has the name already. */
export async function createModel(
  api: MlflowApi,
  name: string,
  details: Details,
  options?: CallOptions,
): Promise<Created | undefined> {
  const { description, tags = {} } = details;
  const body = {
    name,
    ...(description === undefined ? {} : { description }),
    tags: tagList({ ...tags, [storedTag.isPrompt]: "true" }),
  };
  return api.verifyWrite<Created | undefined>(
    async () => {
      const answer = await api.post(
        "/registered-models/create",
        body,
        registeredModelAnswer,
        options,
      );
      if (!answer.ok && answer.refusal.code === "RESOURCE_ALREADY_EXISTS") return undefined;
      const model = requireName(name, valueOrThrow(answer, { prompt: name }).registered_model);
      return { model, isOurs: true };
    },
    async (readOptions) => {
      const looked = await fetchModel(api, name, readOptions);
      // A server that permits nothing by default forbids what is not there; who creates may look.
      const model = !looked.ok && isForbidden(looked.refusal) ? undefined : valueOrThrow(looked);
      if (model === undefined) return { current: `there is no prompt named ${quote(name)}` };
      return { applied: matchesDetails(model, details) ? { model, isOurs: false } : undefined };
    },
    options,
  );
}

/** Whether a model is as one that was created with these details just now. */
function matchesDetails(model: WireModel, { description = "", tags = {} }: Details): boolean {
  return (
    isPrompt(model.tags) &&
    model.latest_versions.length === 0 &&
    model.description === description &&
    isDeepStrictEqual({ ...userTags(model.tags) }, { ...tags })
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

/** Deletes the registered model with all that belongs to it. */
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
      const looked = await fetchModel(api, name, readOptions);
      // It could be seen just now: what is forbidden since is not there any more (see above).
      const model = !looked.ok && isForbidden(looked.refusal) ? undefined : valueOrThrow(looked);
      // Another of the same name has come since.
      if (model?.creation_timestamp !== creation_timestamp) return { applied: undefined };
      return { current: `the prompt ${quote(name)} is still there` };
    },
    options,
  );
}
