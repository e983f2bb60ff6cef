import { promptNotFound, quote } from "../../registry/errors.ts";
import type { CallOptions } from "../../registry/prompt-registry.ts";
import type { PromptUpdate, WriteConditions } from "../../registry/writes.ts";
import type { MlflowApi } from "../api.ts";
import { isForbidden, isMissing, valueOrThrow } from "../errors/refusal.ts";
import { requireName } from "../reads/check-answer.ts";
import { fetchModel, findModel, findPrompt } from "../reads/prompts.ts";
import { registeredModelAnswer } from "../schemas.ts";
import { nameTaken } from "./prompt-changes.ts";
import { checkConditions } from "./write-conditions.ts";

/** Changes the description. MLflow 3.8 to 3.17 delivers no webhook for it. */
export async function updatePrompt(
  api: MlflowApi,
  name: string,
  { description }: PromptUpdate,
  conditions?: WriteConditions,
  options?: CallOptions,
): Promise<void> {
  checkConditions(await findPrompt(api, name, options), conditions);
  await api.verifyWrite<void>(
    async () => {
      const body = { name, description };
      const answer = await api.patch(
        "/registered-models/update",
        body,
        registeredModelAnswer,
        options,
      );
      if (!answer.ok && isMissing(answer.refusal)) throw promptNotFound(name);
      valueOrThrow(answer, { prompt: name });
    },
    async (readOptions) => {
      const model = await findModel(api, name, readOptions);
      if (model === undefined) return { current: `there is no prompt named ${quote(name)}` };
      if (model.description === description) return { applied: undefined };
      return { current: `the description of ${quote(name)} is ${quote(model.description)}` };
    },
    options,
  );
}

/**
 * MLflow renames the versions, aliases, tags and, with basic authentication, the permissions as well.
 * It delivers no webhook for a rename (3.8 to 3.17).
 */
export async function renamePrompt(
  api: MlflowApi,
  name: string,
  newName: string,
  conditions?: WriteConditions,
  options?: CallOptions,
): Promise<void> {
  const model = await findPrompt(api, name, options);
  checkConditions(model, conditions);
  await api.verifyWrite<void>(
    async () => {
      const body = { name, new_name: newName };
      const answer = await api.post(
        "/registered-models/rename",
        body,
        registeredModelAnswer,
        options,
      );
      if (answer.ok) {
        requireName(newName, answer.value.registered_model);
        return;
      }
      if (isMissing(answer.refusal)) throw promptNotFound(name);
      if (answer.refusal.code === "RESOURCE_ALREADY_EXISTS") {
        throw await nameTaken(api, newName, options);
      }
      valueOrThrow(answer, { prompt: name });
    },
    async (readOptions) => {
      const answer = await fetchModel(api, newName, readOptions);
      // A caller who may read the prompt may read it under its new name as well.
      const renamed = !answer.ok && isForbidden(answer.refusal) ? undefined : valueOrThrow(answer);
      // Another creation time means that another prompt has the name.
      if (renamed?.creation_timestamp === model.creation_timestamp) return { applied: undefined };
      return { current: `the prompt is not named ${quote(newName)}` };
    },
    options,
  );
}
