import { withTimeLimit } from "../registry/concurrency/time-limit.ts";
import { RegistryError } from "../registry/errors.ts";
import type {
  Completion,
  ModelClient,
  ModelExchange,
  ModelRequest,
  ModelTier,
  TokenPrices,
} from "./model-client.ts";
import type { ModelServer } from "./model-server.ts";
import { Spending } from "./spending.ts";
import { Turns } from "./turns.ts";

export interface ModelAccessOptions {
  /** The allowed models, the default first. Empty: any model. */
  readonly allowed: readonly string[];
  /** Asked in this order when a model does not answer. */
  readonly fallbacks: readonly string[];
  /** For easy questions first. */
  readonly tiers: readonly ModelTier[];
  /** Of one call: the wait for its turn, all requests and the pauses between them. */
  readonly timeoutMs: number;
  /** Calls at the same time, in all and of one caller. */
  readonly concurrency: number;
  readonly callerConcurrency: number;
  readonly prices: TokenPrices;
  /** US dollars of one request, and of one caller in an hour; absent means no limit. */
  readonly maxCostPerCall?: number;
  readonly maxCostPerHour?: number;
  /** Gets every request as it ends. */
  readonly observe?: ((exchange: ModelExchange) => void) | undefined;
}

/** A call that gets its turn with less time left than this asks nothing: no model answers so fast. */
const leastMs = 100;

/** What all callers share of the models. */
export class ModelAccess {
  readonly #options: ModelAccessOptions;
  readonly #turns: Turns;
  readonly #spending: Spending;

  constructor(options: ModelAccessOptions) {
    this.#options = options;
    this.#spending = new Spending(options.maxCostPerHour);
    this.#turns = new Turns(options.concurrency, options.callerConcurrency);
  }

  /** @param caller limits count by it */
  client(server: ModelServer, caller: string): ModelClient {
    return {
      allowed: this.#options.allowed,
      tiers: this.#options.tiers,
      callsAtOnce: Math.min(this.#options.concurrency, this.#options.callerConcurrency),
      complete: (request, { signal } = {}) => this.#complete(server, caller, request, signal),
    };
  }

  async #complete(
    server: ModelServer,
    caller: string,
    request: ModelRequest,
    signal: AbortSignal | undefined,
  ): Promise<Completion> {
    const { prices, maxCostPerCall: perCall, fallbacks, timeoutMs, observe } = this.#options;
    const budget = {
      prices,
      spending: this.#spending,
      caller,
      ...(perCall === undefined ? {} : { perCall }),
    };
    const until = performance.now() + timeoutMs;
    // Loaded late: the library is larger than all else here.
    const { askModels } = await import("./ask-models.ts");
    return withTimeLimit(timeoutMs, signal, async (limited) => {
      let started = false;
      const run = async () => {
        if (until - performance.now() < leastMs) throw notStarted(signal, timeoutMs);
        started = true;
        return askModels(server, request, { budget, fallbacks, until, signal, observe });
      };
      return this.#turns.run(caller, limited, run).catch((cause: unknown) => {
        throw started ? cause : notStarted(signal, timeoutMs);
      });
    });
  }
}

function notStarted(signal: AbortSignal | undefined, timeoutMs: number): RegistryError {
  if (signal?.aborted) {
    return new RegistryError(
      "cancelled",
      "The caller cancelled the call before a model was asked. Nothing was sent.",
    );
  }
  return new RegistryError(
    "unavailable",
    `No model was asked within ${timeoutMs / 1_000} s, because too many other calls of models were in progress. Try again later.`,
  );
}
