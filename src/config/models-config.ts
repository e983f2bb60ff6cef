import { trimTrailing } from "../registry/text/trim-end.ts";
import { ConfigError } from "./errors.ts";
import type { ModelPrice, ModelTier } from "./model-settings.ts";
import { type ProxyConfig, proxyConfig } from "./proxy-config.ts";
import type { RegistryConfig } from "./registry-config.ts";
import type { Environment, SettingValues } from "./settings.ts";

/** The models that `run_prompt` may ask. */
export interface ModelsConfig {
  /** The default first. Empty: any model of the server. */
  readonly names: readonly string[];
  readonly fallbacks: readonly string[];
  /** By model, in US dollars for a million tokens. */
  readonly prices: ReadonlyMap<string, ModelPrice>;
  /** For easy questions first; empty: a call cannot choose by difficulty. */
  readonly tiers: readonly ModelTier[];
  /** Absent: MLflow's AI Gateway. */
  readonly server?: ModelServerConfig;
  /** US dollars of one request, and of one caller in an hour; absent means no limit. */
  readonly maxCostPerCall?: number;
  readonly maxCostPerHour?: number;
  readonly timeoutMs: number;
  readonly maxCalls: number;
}

/** An OpenAI-compatible API. */
export interface ModelServerConfig {
  /** Without a final slash. */
  readonly url: string;
  readonly apiKey?: string;
  readonly proxy?: ProxyConfig;
}

type Values = Pick<
  SettingValues<"stdio">,
  | "models"
  | "modelPrices"
  | "modelTiers"
  | "maxCostPerCall"
  | "maxCostPerHour"
  | "modelUrl"
  | "modelApiKey"
  | "modelFallbacks"
  | "modelTimeout"
  | "maxModelCalls"
>;

/**
 * Undefined where no model can be asked: neither models nor an address are given.
 * @throws ConfigError for settings that have no effect without others
 */
export function modelsConfig(
  values: Values,
  registry: RegistryConfig,
  environment: Environment,
): ModelsConfig | undefined {
  const { models, modelUrl, modelApiKey, maxCostPerCall, maxCostPerHour } = values;
  checkUse(values, registry);
  checkTiers(values);
  if (modelUrl === undefined && models.length === 0) return undefined;
  const proxy = modelUrl && proxyConfig(modelUrl, environment);
  return {
    names: models,
    fallbacks: values.modelFallbacks,
    prices: values.modelPrices,
    tiers: values.modelTiers,
    ...(modelUrl && {
      server: {
        url: trimTrailing(modelUrl.href, "/"),
        ...(modelApiKey === undefined ? {} : { apiKey: modelApiKey }),
        ...(proxy ? { proxy } : {}),
      },
    }),
    ...(maxCostPerCall === undefined ? {} : { maxCostPerCall }),
    ...(maxCostPerHour === undefined ? {} : { maxCostPerHour }),
    timeoutMs: 1_000 * values.modelTimeout,
    maxCalls: values.maxModelCalls,
  };
}

function checkUse(
  { models, modelUrl, modelApiKey, modelFallbacks }: Values,
  registry: RegistryConfig,
): void {
  if (modelUrl !== undefined) return;
  if (modelApiKey !== undefined) {
    throw new ConfigError(
      "MLFLOW_PROMPTS_MODEL_API_KEY needs --model-url: the address that the key is for.",
    );
  }
  if (models.length === 0 && modelFallbacks.length > 0) {
    throw new ConfigError(
      "--model-fallbacks needs --models or --model-url: without them no model is asked.",
    );
  }
  if (models.length > 0 && registry.kind === "embedded") {
    throw new ConfigError(
      "--models needs --model-url or an MLflow server with an AI Gateway: an embedded registry has no models.",
    );
  }
}

function checkTiers({ models, modelUrl, modelTiers }: Values): void {
  if (modelTiers.length > 0 && modelUrl === undefined && models.length === 0) {
    throw new ConfigError("--model-tiers needs --models or --model-url.");
  }
  const unknown = modelTiers.find(({ model }) => models.length > 0 && !models.includes(model));
  if (unknown === undefined) return;
  throw new ConfigError(
    `--model-tiers has the model "${unknown.model}", which --models does not have: callers may ask those alone.`,
  );
}
