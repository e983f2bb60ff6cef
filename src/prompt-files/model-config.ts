import { isJsonObject, type JsonObject, type JsonValue } from "../registry/json.ts";

/** Parameters of MLflow's `PromptModelConfig` (3.8 to 3.17), and what Prompty 2 and dotprompt call them. */
const parameters = [
  ["temperature", "temperature"],
  ["max_tokens", "maxOutputTokens"],
  ["top_p", "topP"],
  ["top_k", "topK"],
  ["frequency_penalty", "frequencyPenalty"],
  ["presence_penalty", "presencePenalty"],
  ["stop_sequences", "stopSequences"],
] as const;
const names: ReadonlyMap<string, string> = new Map(parameters);
const ours: ReadonlyMap<string, string> = new Map([
  ...parameters.map(([own, other]) => [other, own] as const),
  ...parameters.map(([own]) => [own, own] as const),
  ["stop", "stop_sequences"],
  ["max_completion_tokens", "max_tokens"],
]);

/** A model as prompt files have it. */
export interface FileModel {
  readonly name?: string;
  readonly provider?: string;
  readonly options: JsonObject;
}

/** The model config of a registry. Options that MLflow has no name for are its `extra_params`. */
export function modelConfigOf({ name, provider, options }: FileModel): JsonObject | undefined {
  const extra: JsonObject = {};
  const config: JsonObject = {
    ...(provider === undefined ? {} : { provider }),
    ...(name === undefined ? {} : { model_name: name }),
  };
  for (const [key, value] of Object.entries(options)) {
    const own = ours.get(key);
    if (own === undefined) extra[key] = value;
    else config[own] = own === "stop_sequences" && typeof value === "string" ? [value] : value;
  }
  if (Object.keys(extra).length > 0) config.extra_params = extra;
  return Object.keys(config).length === 0 ? undefined : config;
}

/** The model of a file; undefined for a config that a file has no names for. */
export function fileModelOf(config: JsonValue): FileModel | undefined {
  if (!isJsonObject(config)) return undefined;
  const { provider, model_name, extra_params = {}, ...rest } = config;
  if (provider !== undefined && typeof provider !== "string") return undefined;
  if (model_name !== undefined && typeof model_name !== "string") return undefined;
  if (!isJsonObject(extra_params)) return undefined;
  const options: JsonObject = {};
  for (const [key, value] of Object.entries(rest)) {
    const other = names.get(key);
    if (other === undefined) return undefined;
    options[other] = value;
  }
  return {
    ...(model_name === undefined ? {} : { name: model_name }),
    ...(provider === undefined ? {} : { provider }),
    options: { ...options, ...extra_params },
  };
}
