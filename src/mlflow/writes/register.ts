import { randomUUID } from "node:crypto";
import { nameTakenByModel, promptNotFound, quote, RegistryError } from "../../registry/errors.ts";
import { checkNewPromptName, checkPromptDetails } from "../../registry/limits.ts";
import { alsoSaying } from "../../registry/partial-failure.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { PromptVersion, Tags, VersionDraft } from "../../registry/types.ts";
import { findUnchangedVersion } from "../../registry/versions/register-conditions.ts";
import { isPrompt, toPromptDetails, withWriteId } from "../../registry/versions/stored-version.ts";
import type { RegisterConditions, Registered } from "../../registry/writes.ts";
import type { MlflowApi } from "../api.ts";
import { isForbidden, valueOrThrow } from "../errors/refusal.ts";
import { toNewestVersion } from "../reads/decode.ts";
import { fetchModel, findModel } from "../reads/prompts.ts";
import type { WireModel } from "../schemas.ts";
import { experimentTags, linkExperiment } from "./experiment.ts";
import { buildVersionBody, createVersion, findOvertaken } from "./new-version.ts";
import { type CreatedModel, createModel, deleteModel } from "./prompt-changes.ts";

/**
 * Takes three requests for the first version of a prompt, two for a later one, and one with `after`. The prompt is read
 * first, because MLflow also adds prompt versions to models that are no prompts (3.8 to 3.17). That
 * read returns the newest version, which the conditions are checked against. MLflow cannot check them
 * in its write; the number of the new version shows whether other callers registered versions meanwhile.
 */
export async function registerVersion(
  api: MlflowApi,
  name: string,
  draft: VersionDraft,
  conditions: RegisterConditions = {},
  options?: CallOptions,
): Promise<Registered> {
  const writeId = randomUUID();
  const identified = withWriteId(draft, writeId);
  const body = buildVersionBody(name, identified);
  const { newest, created, tags } = await ensurePrompt(api, name, identified, conditions, options);
  const same = findUnchangedVersion(name, draft, newest, conditions);
  if (same) {
    return { version: same, before: same, createdPrompt: false, unchanged: true, overtaken: [] };
  }
  const { baseVersion } = conditions;
  // A caller with a base version needs the conflict reported, so its write is not retried.
  const write = { writeId, retries: baseVersion === undefined ? 5 : 0 };
  const version = await createVersion(api, name, body, write, options).catch(
    async (error: unknown) => {
      const failure = await explainConflict(api, name, draft, conditions, error, options);
      throw created ? await undoCreation(api, created, failure) : failure;
    },
  );
  const overtaken =
    baseVersion === undefined ? [] : await findOvertaken(api, version, baseVersion, options);
  const createdPrompt = created !== undefined;
  const linked = await linkExperiment(api, name, tags, options);
  return { version, before: newest, createdPrompt, unchanged: false, overtaken, ...linked };
}

/** Creates the prompt if it does not exist; otherwise returns its newest version. With all its tags. */
async function ensurePrompt(
  api: MlflowApi,
  name: string,
  draft: VersionDraft,
  conditions: RegisterConditions,
  options?: CallOptions,
): Promise<{
  readonly newest?: PromptVersion;
  readonly created?: CreatedModel;
  readonly tags: Tags;
}> {
  const { after } = conditions;
  if (after) return { newest: after, tags: experimentTags(api) };
  const existing = await findExisting(api, name, conditions, options);
  if (existing === undefined) {
    const details = toPromptDetails(draft);
    checkNewPromptName(name);
    checkPromptDetails(details);
    findUnchangedVersion(name, draft, undefined, conditions);
    // Without the caller's signal: a cancelled call must not leave a prompt of unknown outcome.
    const created = await createModel(api, name, details, { ...options, signal: undefined });
    if (created !== undefined) return { created, tags: experimentTags(api) };
  }
  // The name is taken: another caller created it meanwhile, or this caller cannot read it.
  const holder = existing ?? (await findModel(api, name, options));
  if (holder === undefined) throw promptNotFound(name);
  if (!isPrompt(holder.tags)) throw nameTakenByModel(name);
  const newest = toNewestVersion(holder);
  return { ...(newest ? { newest } : {}), tags: holder.tags };
}

/**
 * The model of this name, if it exists. A server whose default permission is NO_PERMISSIONS forbids
 * reading what does not exist, and lets every user create it (basic auth, 3.17). With a base version
 * the caller expects the prompt to exist, so the refusal is an error.
 */
async function findExisting(
  api: MlflowApi,
  name: string,
  { baseVersion = 0 }: RegisterConditions,
  options?: CallOptions,
): Promise<WireModel | undefined> {
  const answer = await fetchModel(api, name, options);
  if (baseVersion === 0 && !answer.ok && isForbidden(answer.refusal)) return undefined;
  return valueOrThrow(answer, { prompt: name });
}

/**
 * Improves the error of a write with a base version. If another caller took the number at the same
 * moment, MLflow has rolled this write back, and the error names the other caller's version: the same
 * conflict as if that version had existed before the first read.
 */
async function explainConflict(
  api: MlflowApi,
  name: string,
  draft: VersionDraft,
  conditions: RegisterConditions,
  failure: unknown,
  options?: CallOptions,
): Promise<unknown> {
  if (conditions.baseVersion === undefined) return failure;
  if (!(failure instanceof RegistryError) || failure.kind !== "conflict") return failure;
  try {
    const model = await findModel(api, name, options);
    findUnchangedVersion(name, draft, model && toNewestVersion(model), conditions);
    return failure;
  } catch (error) {
    // The original failure is more useful than the failure of this read.
    return error instanceof RegistryError && error.kind === "conflict" ? error : failure;
  }
}

/**
 * Deletes the prompt that this call created and whose first version failed, unless another caller
 * added a version meanwhile or may have created the prompt. Without the caller's signal: a cancelled
 * call must not leave an empty prompt either. MLflow cannot delete a prompt only if it is empty, so a
 * version that is added in the milliseconds between the read and the deletion is deleted too.
 * @returns the failure, extended by what happened to the prompt
 */
async function undoCreation(
  api: MlflowApi,
  created: CreatedModel,
  failure: unknown,
): Promise<unknown> {
  const { name, creation_timestamp } = created.model;
  const mayRemain = `The prompt ${quote(name)} was created for it and may exist without a version.`;
  if (!created.isCertain) return alsoSaying(failure, mayRemain);
  try {
    const model = await findModel(api, name);
    const isSameModel = model?.creation_timestamp === creation_timestamp;
    if (!isSameModel || model.latest_versions.length > 0) {
      return alsoSaying(failure, `The prompt ${quote(name)} was created for it.`);
    }
    await deleteModel(api, model);
    return alsoSaying(failure, `The prompt ${quote(name)}, created for it, was deleted again.`);
  } catch (error) {
    // The original failure is more useful than the failure of the deletion.
    if (!(error instanceof RegistryError)) throw error;
    return alsoSaying(failure, mayRemain);
  }
}
