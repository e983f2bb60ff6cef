import { nameTakenByModel, promptNotFound, RegistryError } from "../registry/errors.ts";
import {
  checkDraft,
  checkNewPromptName,
  checkPromptDetails,
  checkPromptName,
} from "../registry/limits.ts";
import type { CallOptions, Registered } from "../registry/prompt-registry.ts";
import {
  encodeVersionTags,
  isPrompt,
  promptDetailsOf,
  promptSource,
} from "../registry/stored-version.ts";
import type { PromptVersion, VersionDraft } from "../registry/types.ts";
import type { MlflowApi } from "./api.ts";
import { toVersion } from "./decode.ts";
import { createModel, deleteModel, findModel, lookUpModel, tagList } from "./prompts.ts";
import { granted, isForbidden, isMissing } from "./refusal.ts";
import { modelVersionAnswer } from "./wire.ts";

/**
 * Two requests for a further version, three for the first. The prompt is looked at before: MLflow
 * adds prompt versions to models as well (3.8 to 3.17).
 */
export async function registerVersion(
  api: MlflowApi,
  name: string,
  draft: VersionDraft,
  options?: CallOptions,
): Promise<Registered> {
  checkPromptName(name);
  checkDraft(draft);
  const body = {
    name,
    source: promptSource,
    ...(draft.commitMessage === undefined ? {} : { description: draft.commitMessage }),
    tags: tagList(encodeVersionTags(draft)),
  };
  const createdPrompt = await ensurePrompt(api, name, draft, options);
  try {
    return { version: await createVersion(api, name, body, options), createdPrompt };
  } catch (error) {
    if (createdPrompt) await deleteIfEmpty(api, name);
    throw error;
  }
}

/** Whether the prompt had to be created. */
async function ensurePrompt(
  api: MlflowApi,
  name: string,
  draft: VersionDraft,
  options?: CallOptions,
): Promise<boolean> {
  const looked = await lookUpModel(api, name, options);
  // A server that permits nothing by default forbids to look at what is not there (basic auth,
  // 3.17), and lets everybody create it.
  const existing = !looked.ok && isForbidden(looked.refusal) ? undefined : granted(looked);
  if (existing === undefined) {
    const details = promptDetailsOf(draft);
    checkNewPromptName(name);
    checkPromptDetails(details);
    if (await createModel(api, name, details, options)) return true;
  }
  // It is there after all: another caller created it just now, or it may not be seen.
  const holder = existing ?? (await findModel(api, name, options));
  if (holder === undefined) throw promptNotFound(name);
  if (!isPrompt(holder.tags)) throw nameTakenByModel(name);
  return false;
}

async function createVersion(
  api: MlflowApi,
  name: string,
  body: Readonly<Record<string, unknown>>,
  options?: CallOptions,
): Promise<PromptVersion> {
  const answer = await api.post("/model-versions/create", body, modelVersionAnswer, options);
  if (!answer.ok && isMissing(answer.refusal)) throw promptNotFound(name);
  return toVersion(granted(answer, { prompt: name }).model_version);
}

/**
 * Takes back the prompt whose first version failed, unless somebody added a version meanwhile (or
 * MLflow did add ours and its answer was lost). Not under the caller's signal: one who goes away
 * leaves no empty prompt either. What goes wrong here matters less than what is being reported.
 */
async function deleteIfEmpty(api: MlflowApi, name: string): Promise<void> {
  try {
    const model = await findModel(api, name);
    if (model?.latest_versions.length === 0) await deleteModel(api, name);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
  }
}
