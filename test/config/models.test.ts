import { describe, expect, it } from "vitest";
import { loadConfig } from "../../src/config/config.ts";
import type { Environment } from "../../src/config/settings.ts";

const config = (environment: Environment) => loadConfig({}, environment, "/nowhere");
const mlflow = { MLFLOW_TRACKING_URI: "http://mlflow.test" };

describe("the models", () => {
  it("are none unless they are named, or their address is", () => {
    expect(config(mlflow).models).toBeUndefined();
    expect(config(mlflow).experimentId).toBeUndefined();
  });

  it("are endpoints of MLflow's AI Gateway by default", () => {
    expect(
      config({
        ...mlflow,
        MLFLOW_EXPERIMENT_ID: "12",
        MLFLOW_PROMPTS_MODELS: "chat, openai/gpt-4o:beta",
        MLFLOW_PROMPTS_MODEL_FALLBACKS: "small",
        MLFLOW_PROMPTS_MAX_COST_PER_CALL: "0.05",
        MLFLOW_PROMPTS_MAX_COST_PER_HOUR: "2",
        MLFLOW_PROMPTS_MODEL_PRICES: "chat=0.15/0.6, a=b=2/10",
      }),
    ).toMatchObject({
      experimentId: "12",
      models: {
        names: ["chat", "openai/gpt-4o:beta"],
        fallbacks: ["small"],
        maxCostPerCall: 0.05,
        maxCostPerHour: 2,
        prices: new Map([
          ["chat", { input: 0.15, output: 0.6 }],
          ["a=b", { input: 2, output: 10 }],
        ]),
        timeoutMs: 60_000,
        maxCalls: 8,
      },
    });
  });

  it("can be those of another address, through its proxy", () => {
    const { models } = config({
      MLFLOW_PROMPTS_MODEL_URL: "https://models.test/v1/",
      MLFLOW_PROMPTS_MODEL_API_KEY: "secret-key",
      HTTPS_PROXY: "http://proxy.test:3128",
    });
    expect(models).toMatchObject({
      names: [],
      server: {
        url: "https://models.test/v1",
        apiKey: "secret-key",
        proxy: { url: "http://proxy.test:3128" },
      },
    });
  });

  it.each([
    [{ MLFLOW_PROMPTS_MODELS: "chat" }, "an embedded registry has no models"],
    [{ ...mlflow, MLFLOW_PROMPTS_MODEL_TIERS: "a=b,c=d" }, "--model-tiers needs --models"],
    [
      { ...mlflow, MLFLOW_PROMPTS_MODELS: "a", MLFLOW_PROMPTS_MODEL_TIERS: "fast=a,best=b" },
      'has the model "b"',
    ],
    [{ ...mlflow, MLFLOW_PROMPTS_MODELS: "a", MLFLOW_PROMPTS_MODEL_TIERS: "fast=a" }, "two tiers"],
    [{ ...mlflow, MLFLOW_PROMPTS_MODEL_FALLBACKS: "a" }, "--model-fallbacks needs --models"],
    [
      { ...mlflow, MLFLOW_PROMPTS_MODELS: "a", MLFLOW_PROMPTS_MODEL_API_KEY: "secret-key" },
      "MLFLOW_PROMPTS_MODEL_API_KEY needs --model-url",
    ],
    [
      {
        ...mlflow,
        MLFLOW_PROMPTS_MODEL_URL: "https://m.test",
        MLFLOW_PROMPTS_MODEL_API_KEY: "secret key",
      },
      "MLFLOW_PROMPTS_MODEL_API_KEY is not usable: it must have no spaces and be ASCII.",
    ],
    [{ ...mlflow, MLFLOW_PROMPTS_MAX_COST_PER_HOUR: "-1" }, "a number of US dollars"],
    [{ ...mlflow, MLFLOW_PROMPTS_MODEL_PRICES: "chat=0.15" }, "such as"],
    [{ ...mlflow, MLFLOW_PROMPTS_MODELS: "a b" }, "MLFLOW_PROMPTS_MODELS"],
  ])("refuse settings without effect: %j", (environment, message) => {
    expect(() => config(environment)).toThrow(message);
    expect(() => config(environment)).not.toThrow("secret key");
  });
});
