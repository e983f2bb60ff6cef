import type { Config } from "../config/config.ts";
import type { Log } from "../log/log.ts";
import type { View } from "../mlflow/client.ts";
import { ModelAccess } from "../models/model-access.ts";
import type { ModelExchange } from "../models/model-client.ts";
import type { ModelServer } from "../models/model-server.ts";
import { WorkInProgress } from "../registry/concurrency/work-in-progress.ts";
import type { Session } from "../session/session.ts";
import { modelServerAt } from "./model-server-at.ts";
import type { OpenRegistry } from "./open-registry.ts";
import { TraceWriter } from "./trace-writer.ts";

/** The models, evaluations and traces that all sessions of the process share. */
export class SharedModels {
  readonly #access: ModelAccess | undefined;
  readonly #serverOf: (view: View) => ModelServer;
  readonly #traces: TraceWriter | undefined;
  readonly #evaluating = new WorkInProgress();
  readonly #close: () => void;

  /**
   * @param callerCalls model calls of one caller at the same time
   * @param observe gets every request to a model as it ends
   */
  constructor(
    { models }: Pick<Config, "models">,
    registry: Pick<OpenRegistry, "askGateway" | "storeTrace">,
    log: Log,
    callerCalls = models?.maxCalls,
    observe?: (exchange: ModelExchange) => void,
  ) {
    const { askGateway, storeTrace } = registry;
    const configured = models?.server && modelServerAt(models.server, models.maxCalls);
    this.#access =
      models &&
      new ModelAccess({
        allowed: models.names,
        fallbacks: models.fallbacks,
        tiers: models.tiers,
        prices: models.prices,
        ...(models.maxCostPerCall === undefined ? {} : { maxCostPerCall: models.maxCostPerCall }),
        ...(models.maxCostPerHour === undefined ? {} : { maxCostPerHour: models.maxCostPerHour }),
        timeoutMs: models.timeoutMs,
        concurrency: models.maxCalls,
        callerConcurrency: callerCalls ?? models.maxCalls,
        observe,
      });
    this.#serverOf = (view) =>
      configured ?? {
        name: "MLflow's AI Gateway",
        isGateway: true,
        send: async (body, signal) => {
          if (askGateway === undefined) throw new Error("The registry has no gateway.");
          return askGateway(view, body, signal);
        },
        redact: (text) => text,
      };
    this.#traces = models && storeTrace && new TraceWriter(storeTrace, log);
    this.#close = () => configured?.close();
  }

  /** The parts of a session that depend on models. @param caller limits count by it */
  session(view: View, caller: string): Pick<Session, "models" | "evaluating" | "traces"> {
    if (this.#access === undefined) return {};
    const traces = this.#traces?.of(view);
    return {
      models: this.#access.client(this.#serverOf(view), caller),
      evaluating: this.#evaluating,
      ...(traces ? { traces } : {}),
    };
  }

  close(): void {
    this.#traces?.close();
    this.#close();
  }
}
