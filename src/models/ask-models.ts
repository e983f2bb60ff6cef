import { setTimeout as pause } from "node:timers/promises";
import { withTimeLimit } from "../registry/concurrency/time-limit.ts";
import { untilAborted } from "../registry/concurrency/until-aborted.ts";
import { quote, RegistryError } from "../registry/errors.ts";
import { type Affordable, afford, type Budget } from "./budget.ts";
import { sendChatCompletion } from "./chat-completions.ts";
import type { Completion, Cost, FailedModel, ModelExchange, ModelRequest } from "./model-client.ts";
import { type ModelFailure, modelFailure } from "./model-failure.ts";
import type { ModelServer } from "./model-server.ts";
import { costOf } from "./prices.ts";
import { type Answered, readCompletion } from "./read-completion.ts";

export interface AskOptions {
  readonly budget: Budget;
  /** Asked in this order when the model does not answer. */
  readonly fallbacks: readonly string[];
  /** The deadline on the clock of `performance.now()`. */
  readonly until: number;
  readonly signal?: AbortSignal | undefined;
  /** Gets every request as it ends. */
  readonly observe?: ((exchange: ModelExchange) => void) | undefined;
}

/** What is the same for each model. */
type Terms = Pick<AskOptions, "budget" | "signal" | "observe">;

/** Requests to one model, the first included. */
const maxAttempts = 3;

/** Before the second request; twice as long before the third. A Retry-After that is longer counts. */
const firstPauseMs = 500;

type Answer = Answered & { readonly latencyMs: number; readonly cost?: Cost };
type Outcome = { readonly answer: Answer } | { readonly failure: ModelFailure };

/**
 * Asks the model, and then the fallback models. Each model has an equal part of the time that is left,
 * so that a model that hangs leaves time for the next.
 * @throws RegistryError as `ModelClient.complete`
 */
export async function askModels(
  server: ModelServer,
  request: ModelRequest,
  { fallbacks, until, ...terms }: AskOptions,
): Promise<Completion> {
  const models = [...new Set([request.model, ...fallbacks])];
  const failed: FailedModel[] = [];
  let last: RegistryError | undefined;
  for (const [index, model] of models.entries()) {
    const now = performance.now();
    const partEnd = now + (until - now) / (models.length - index);
    const outcome = await askWithin(server, { ...request, model }, partEnd, terms);
    if ("completion" in outcome) return { ...outcome.completion, failed };
    const { error, otherModel } = outcome.failure;
    last = error;
    failed.push({ model, reason: error.message });
    if (!otherModel) break;
  }
  throw failed.length > 1 ? allFailed(failed, last) : last;
}

type Asked =
  | { readonly completion: Omit<Completion, "failed"> }
  | { readonly failure: ModelFailure };

/** Asks one model if the caller can pay for it, and counts what it cost. */
async function askWithin(
  server: ModelServer,
  request: ModelRequest,
  until: number,
  terms: Terms,
): Promise<Asked> {
  const { model } = request;
  let affordable: Affordable;
  try {
    affordable = afford(server, request, terms.budget);
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return { failure: { error, transient: false, otherModel: true } };
  }
  const { mostUsd, reservation, maxTokens } = affordable;
  // What is not known counts as the most that it may be.
  let usd = mostUsd;
  try {
    const { outcome, charged } = await askOne(server, affordable.request, until, terms);
    if ("failure" in outcome) {
      usd = charged * mostUsd;
      return outcome;
    }
    const { answer } = outcome;
    usd = charged * mostUsd + (answer.cost?.totalUsd ?? mostUsd);
    const limited = maxTokens === undefined ? {} : { maxTokens };
    return { completion: { ...answer, model, ...limited } };
  } finally {
    reservation.settle(usd);
  }
}

/** An outcome, and how many requests failed for which the provider may charge. */
interface Counted {
  readonly outcome: Outcome;
  readonly charged: number;
}

/** Asks one model until it answers, or no further request is worth while or in time. */
async function askOne(
  server: ModelServer,
  request: ModelRequest,
  until: number,
  terms: Terms,
): Promise<Counted> {
  let charged = 0;
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await attemptOnce(server, request, until, terms);
    if ("answer" in outcome) return { outcome, charged };
    const { transient, error, mayCost } = outcome.failure;
    if (mayCost) charged += 1;
    const backoff = firstPauseMs * 2 ** (attempt - 1) * (0.75 + Math.random() / 2);
    const wait = Math.max(1_000 * (error.retryAfterSeconds ?? 0), backoff);
    const isLate = performance.now() + wait >= until;
    if (!transient || attempt === maxAttempts || isLate) return { outcome, charged };
    await untilAborted(pause(wait, undefined, { ref: false }), terms.signal);
  }
}

async function attemptOnce(
  server: ModelServer,
  request: ModelRequest,
  until: number,
  { budget, signal, observe }: Terms,
): Promise<Outcome> {
  const { model } = request;
  const begin = performance.now();
  const limitMs = Math.max(0, until - begin);
  const ended = (
    outcome: ModelExchange["outcome"],
    answer: Pick<Answer, "usage" | "cost"> = {},
  ) => {
    const { usage, cost } = answer;
    const seconds = (performance.now() - begin) / 1_000;
    observe?.({ model, outcome, seconds, ...(usage ? { usage } : {}), ...(cost ? { cost } : {}) });
  };
  return withTimeLimit(limitMs, signal, async (limited) => {
    try {
      const answered = readCompletion(await sendChatCompletion(server, request, limited));
      const cost = costOf({ ...answered, model }, server, budget.prices);
      const latencyMs = Math.round(performance.now() - begin);
      const answer = { ...answered, latencyMs, ...(cost ? { cost } : {}) };
      ended("ok", answer);
      return { answer };
    } catch (cause) {
      if (signal?.aborted) {
        ended("cancelled");
        throw cancelled(model);
      }
      const failure = limited.aborted
        ? timedOut(server, model, limitMs)
        : modelFailure({ server, model }, cause);
      ended(failure.error.kind);
      return { failure };
    }
  });
}

function cancelled(model: string): RegistryError {
  return new RegistryError(
    "cancelled",
    `The call of the model ${quote(model)} was cancelled by its caller. The provider may charge for it.`,
  );
}

function timedOut(server: ModelServer, model: string, limitMs: number): ModelFailure {
  const seconds = Math.round(limitMs / 100) / 10;
  return {
    error: new RegistryError(
      "unavailable",
      `The model ${quote(model)} of ${server.name} did not answer within ${seconds} s. Choose a faster model, or ask the operator of this server to set --model-timeout.`,
    ),
    transient: false,
    otherModel: true,
    mayCost: true,
  };
}

function allFailed(failed: readonly FailedModel[], last: RegistryError | undefined): RegistryError {
  const reasons = failed.map(({ reason }) => reason).join(" ");
  return new RegistryError(
    last?.kind ?? "unavailable",
    `No model answered. ${reasons}`,
    {},
    { retryAfterSeconds: last?.retryAfterSeconds },
  );
}
