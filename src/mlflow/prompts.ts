import { promptNotFound } from "../registry/errors.ts";
import type { CallOptions } from "../registry/prompt-registry.ts";
import { isPrompt } from "../registry/stored-version.ts";
import type { MlflowApi } from "./api.ts";
import { type Answer, granted, isMissing } from "./refusal.ts";
import { registeredModelAnswer, type WireModel } from "./wire.ts";

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
