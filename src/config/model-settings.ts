import * as z from "zod";
import { servingCommands, setting } from "./setting.ts";
import { addressText, countText, listText, numberText, optional, secondsText } from "./texts.ts";

const commands = servingCommands;

function modelNames() {
  return listText(
    /^[^\s,]+$/,
    'it must be a list of models separated by commas, such as "gpt-4o-mini,gpt-4o"',
  );
}

export interface ModelPrice {
  readonly input: number;
  readonly output: number;
}

function dollarsText() {
  const range = z.number().min(0).max(1_000_000);
  return optional(numberText(range, "it must be a number of US dollars, such as 0.05"));
}

/** Prices by model. */
function priceText() {
  return listText(
    /^[^\s,]+=\d+(\.\d+)?\/\d+(\.\d+)?$/,
    'it must be a list of prices separated by commas, such as "chat=0.15/0.6"',
  ).transform((entries) => new Map(entries.map(priceIn)));
}

function priceIn(entry: string): readonly [string, ModelPrice] {
  const at = entry.lastIndexOf("=");
  const [input = "", output = ""] = entry.slice(at + 1).split("/");
  return [entry.slice(0, at), { input: Number(input), output: Number(output) }];
}

export interface ModelTier {
  readonly name: string;
  readonly model: string;
}

/** Tiers of models, the one for easy questions first. */
function tierText() {
  return listText(
    /^[a-z][a-z0-9_-]*=[^\s,]+$/,
    'it must be a list of tiers separated by commas, such as "fast=small,quality=big"',
  )
    .refine(({ length }) => length !== 1, "it must have two tiers at least")
    .transform((entries) =>
      entries.map((entry): ModelTier => {
        const at = entry.indexOf("=");
        return { name: entry.slice(0, at), model: entry.slice(at + 1) };
      }),
    );
}

/** The settings of the models that `run_prompt` may ask. */
export const modelSettings = {
  models: setting(modelNames, {
    flag: "models",
    variable: "MLFLOW_PROMPTS_MODELS",
    placeholder: "NAME,...",
    fallback: "",
    help: "models that run_prompt may ask, the default first: endpoints of MLflow's AI Gateway, or models at --model-url, for which an empty list means any",
    commands,
  }),
  modelUrl: setting(() => optional(addressText()), {
    flag: "model-url",
    variable: "MLFLOW_PROMPTS_MODEL_URL",
    placeholder: "URL",
    fallback: "",
    help: "address of an OpenAI-compatible API, such as https://api.openai.com/v1; default: MLflow's AI Gateway",
    commands,
  }),
  modelApiKey: setting(
    () => optional(z.string().regex(/^[\x21-\x7e]+$/, "it must have no spaces and be ASCII")),
    {
      variable: "MLFLOW_PROMPTS_MODEL_API_KEY",
      fallback: "",
      help: "API key for --model-url",
      commands,
    },
  ),
  modelFallbacks: setting(modelNames, {
    flag: "model-fallbacks",
    variable: "MLFLOW_PROMPTS_MODEL_FALLBACKS",
    placeholder: "NAME,...",
    fallback: "",
    help: "models to ask in this order when a model does not answer",
    commands,
  }),
  modelPrices: setting(priceText, {
    flag: "model-prices",
    variable: "MLFLOW_PROMPTS_MODEL_PRICES",
    placeholder: "NAME=IN/OUT,...",
    fallback: "",
    help: "US dollars for a million input and output tokens, such as chat=0.15/0.6; default: list prices, where the provider is known",
    commands,
  }),
  modelTiers: setting(tierText, {
    flag: "model-tiers",
    variable: "MLFLOW_PROMPTS_MODEL_TIERS",
    placeholder: "TIER=NAME,...",
    fallback: "",
    help: "models by tier, from easy to hard questions, such as fast=small,balanced=mid,quality=big, among which run_prompt chooses with route auto",
    commands,
  }),
  maxCostPerCall: setting(dollarsText, {
    flag: "max-cost-per-call",
    variable: "MLFLOW_PROMPTS_MAX_COST_PER_CALL",
    placeholder: "USD",
    fallback: "",
    help: "US dollars that one request to a model may cost at most; models without a known price are then not asked; empty means no limit",
    commands,
  }),
  maxCostPerHour: setting(dollarsText, {
    flag: "max-cost-per-hour",
    variable: "MLFLOW_PROMPTS_MAX_COST_PER_HOUR",
    placeholder: "USD",
    fallback: "",
    help: "US dollars that one caller may spend within an hour, with the same rule; empty means no limit",
    commands,
  }),
  modelTimeout: setting(secondsText, {
    flag: "model-timeout",
    variable: "MLFLOW_PROMPTS_MODEL_TIMEOUT",
    placeholder: "SECONDS",
    fallback: "60",
    help: "time limit of one run_prompt call for its models, with retries and fallbacks",
    commands,
  }),
  maxModelCalls: setting(() => countText(1, "calls"), {
    flag: "max-model-calls",
    variable: "MLFLOW_PROMPTS_MAX_MODEL_CALLS",
    placeholder: "COUNT",
    fallback: "8",
    help: "maximum number of model calls at the same time; each caller has a share of it; further calls wait",
    commands,
  }),
};
