import { listFirst, quote, RegistryError } from "../registry/errors.ts";
import type { JsonObject } from "../registry/json.ts";

/**
 * Chooses the model of a call: the one the caller names, else the one in the LLM config (its
 * `model_name`, or `provider/model_name` where the operator allows that name), else the default.
 * @throws RegistryError `invalid` for a model that is not allowed, and when no model is named
 */
export function chooseModel(
  allowed: readonly string[],
  asked: string | undefined,
  config: JsonObject,
): string {
  const { model_name: name, provider } = config;
  const written = typeof name === "string" && name !== "" ? name : undefined;
  const full = written !== undefined && typeof provider === "string" && `${provider}/${written}`;
  const wanted = asked ?? (full && allowed.includes(full) ? full : written);
  const model = wanted ?? allowed[0];
  if (model === undefined) {
    throw new RegistryError(
      "invalid",
      "Nothing was asked: the prompt's LLM config names no model, and this server has no default. Give model.",
    );
  }
  if (allowed.length === 0 || allowed.includes(model)) return model;
  const names = listFirst(allowed.map(quote), ", ", 50);
  const source = asked === undefined ? "that the prompt's LLM config names " : "";
  throw new RegistryError(
    "invalid",
    `Nothing was asked: the model ${quote(model)} ${source}is not allowed here. Give one of these as model: ${names}.`,
  );
}
