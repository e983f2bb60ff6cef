import { randomUUID } from "node:crypto";
import { nameTakenByModel, promptNotFound, quote, RegistryError } from "../../registry/errors.ts";
import { checkNewPromptName, checkPromptDetails } from "../../registry/limits.ts";
import type {
  CallOptions,
  RegisterConditions,
  Registered,
} from "../../registry/prompt-registry.ts";
import type { PromptVersion, VersionDraft } from "../../registry/types.ts";
import { findUnchangedVersion } from "../../registry/versions/register-conditions.ts";
import { isPrompt, promptDetailsOf, withWriteId } from "../../registry/versions/stored-version.ts";
import type { MlflowApi } from "../api.ts";
import { alsoSaying } from "../errors/partial-failure.ts";
import { isForbidden, valueOrThrow } from "../errors/refusal.ts";
import { toNewestVersion } from "../reads/decode.ts";
import { fetchModel, findModel } from "../reads/prompts.ts";
import type { WireModel } from "../schemas.ts";
import { createVersion, findOvertaken, versionBody } from "./new-version.ts";
import { type Created, createModel, deleteModel } from "./prompt-changes.ts";

/**
 * Two requests for a further version, three for the first. The prompt is looked at before: MLflow
 * adds prompt versions to models as well (3.8 to 3.17). That look brings the newest version, which
 * the conditions are about. MLflow cannot check them as it writes; the number it gives tells
 * whether others were faster.
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
  const body = versionBody(name, identified);
  const { newest, created } = await ensurePrompt(api, name, identified, conditions, options);
  const same = findUnchangedVersion(name, draft, newest, conditions);
  if (same) {
    return { version: same, before: same, createdPrompt: false, unchanged: true, overtaken: [] };
  }
  const { baseVersion } = conditions;
  // Who has a base wants to know of those who came first, and not to come behind them.
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
  return { version, before: newest, createdPrompt, unchanged: false, overtaken };
}

/** The prompt's newest version, and the prompt if it had to be created. */
async function ensurePrompt(
  api: MlflowApi,
  name: string,
  draft: VersionDraft,
  conditions: RegisterConditions,
  options?: CallOptions,
): Promise<{ readonly newest?: PromptVersion; readonly created?: Created }> {
  const existing = await seen(api, name, conditions, options);
  if (existing === undefined) {
    const details = promptDetailsOf(draft);
    checkNewPromptName(name);
    checkPromptDetails(details);
    findUnchangedVersion(name, draft, undefined, conditions);
    // Not under the caller's signal: who goes away now leaves no prompt that nobody knows of.
    const created = await createModel(api, name, details, { ...options, signal: undefined });
    if (created !== undefined) return { created };
  }
  // It is there after all: another caller created it just now, or it may not be seen.
  const holder = existing ?? (await findModel(api, name, options));
  if (holder === undefined) throw promptNotFound(name);
  if (!isPrompt(holder.tags)) throw nameTakenByModel(name);
  return { newest: toNewestVersion(holder) };
}

/**
 * The model of this name. A server that permits nothing by default forbids to look at what is not
 * there (basic auth, 3.17), and lets everybody create it; who names a version does not mean to.
 */
async function seen(
  api: MlflowApi,
  name: string,
  { baseVersion = 0 }: RegisterConditions,
  options?: CallOptions,
): Promise<WireModel | undefined> {
  const looked = await fetchModel(api, name, options);
  if (baseVersion === 0 && !looked.ok && isForbidden(looked.refusal)) return undefined;
  return valueOrThrow(looked, { prompt: name });
}

/**
 * The failure of a version with a base. When another took its number at the same moment, the caller
 * is told who, as if the other had come before the look: MLflow has kept nothing of ours.
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
    // A look that fails matters less than what is being reported.
    return error instanceof RegistryError && error.kind === "conflict" ? error : failure;
  }
}

/**
 * Takes back the prompt whose first version failed, unless somebody added a version meanwhile, or
 * it is not certain that it is ours. Not under the caller's signal: one who goes away leaves no
 * empty prompt either. MLflow cannot delete a prompt on condition that it is empty, so a version
 * that comes within the milliseconds between look and deletion goes with it.
 * @returns the failure, which says what became of the prompt
 */
async function undoCreation(api: MlflowApi, created: Created, failure: unknown): Promise<unknown> {
  const { name, creation_timestamp } = created.model;
  const left = `The prompt ${quote(name)} was created for it and may be there without a version.`;
  if (!created.isOurs) return alsoSaying(failure, left);
  try {
    const model = await findModel(api, name);
    const isStillOurs = model?.creation_timestamp === creation_timestamp;
    if (!isStillOurs || model.latest_versions.length > 0) {
      return alsoSaying(failure, `The prompt ${quote(name)} had been created for it.`);
    }
    await deleteModel(api, model);
    return alsoSaying(failure, `The prompt ${quote(name)}, created for it, was deleted again.`);
  } catch (error) {
    // What goes wrong here matters less than what is being reported.
    if (!(error instanceof RegistryError)) throw error;
    return alsoSaying(failure, left);
  }
}
