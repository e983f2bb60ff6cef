import { Counter, Histogram, type Registry } from "prom-client";
import type { ModelsConfig } from "../../config/models-config.ts";
import type { ModelExchange } from "../../models/model-client.ts";

/** Requests to models, by the names in the operator's settings. Any other model is counted as `other`. */
export class ModelMetrics {
  readonly #names: ReadonlySet<string>;
  readonly #requests: Counter<"model" | "outcome">;
  readonly #seconds: Histogram<"model">;
  readonly #tokens: Counter<"model" | "direction">;
  readonly #dollars: Counter<"model">;

  constructor(registry: Registry, models: ModelsConfig | undefined) {
    this.#names = namesIn(models);
    const registers = [registry];
    this.#requests = new Counter({
      name: "mlflow_prompts_model_requests_total",
      help: "Requests to models by outcome, retries included",
      labelNames: ["model", "outcome"],
      registers,
    });
    this.#seconds = new Histogram({
      name: "mlflow_prompts_model_seconds",
      help: "Duration of a request to a model",
      labelNames: ["model"],
      buckets: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 60, 120],
      registers,
    });
    this.#tokens = new Counter({
      name: "mlflow_prompts_model_tokens_total",
      help: "Tokens that answers of models report",
      labelNames: ["model", "direction"],
      registers,
    });
    this.#dollars = new Counter({
      name: "mlflow_prompts_model_cost_dollars_total",
      help: "Cost of answers of models whose price is known, in US dollars",
      labelNames: ["model"],
      registers,
    });
  }

  count({ model: name, outcome, seconds, usage, cost }: ModelExchange): void {
    const model = this.#names.has(name) ? name : "other";
    this.#requests.inc({ model, outcome });
    this.#seconds.observe({ model }, seconds);
    if (usage) {
      this.#tokens.inc({ model, direction: "input" }, usage.inputTokens);
      this.#tokens.inc({ model, direction: "output" }, usage.outputTokens);
    }
    if (cost) this.#dollars.inc({ model }, cost.totalUsd);
  }
}

function namesIn(models: ModelsConfig | undefined): ReadonlySet<string> {
  const { names = [], fallbacks = [], tiers = [] } = models ?? {};
  return new Set([...names, ...fallbacks, ...tiers.map(({ model }) => model)]);
}
