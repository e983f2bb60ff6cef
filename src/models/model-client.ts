import type { RegistryErrorKind } from "../registry/errors.ts";
import type { JsonObject } from "../registry/json.ts";
import type { ChatMessage } from "../registry/types.ts";

/** One request to a model, as a chat completion. */
export interface ModelRequest {
  /** The model's name, or the name of an endpoint of MLflow's AI Gateway. It must be allowed. */
  readonly model: string;
  readonly messages: readonly ChatMessage[];
  /** Further fields of the request, under their names in the chat completions API. */
  readonly parameters: JsonObject;
}

export interface TokenUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Of the input tokens, those that the server read from its cache; absent where it says nothing. */
  readonly cachedTokens?: number;
}

/** US dollars. */
export interface Cost {
  readonly inputUsd: number;
  readonly outputUsd: number;
  readonly totalUsd: number;
}

/** The operator's prices by model, in US dollars for a million tokens. */
export type TokenPrices = ReadonlyMap<string, { readonly input: number; readonly output: number }>;

/** A model for questions of one difficulty. */
export interface ModelTier {
  readonly name: string;
  readonly model: string;
}

/** A model that did not answer, and why: a sentence. */
export interface FailedModel {
  readonly model: string;
  readonly reason: string;
}

/** What a model answered. */
export interface Completion {
  /** The model that answered, under the name that it was asked by. */
  readonly model: string;
  /** What the answer calls the model, such as "gpt-4o-2024-08-06"; absent where it says nothing. */
  readonly servedModel?: string;
  /** The provider behind MLflow's AI Gateway; absent where the answer names none. */
  readonly provider?: string;
  /** "" when the model answered with tool calls alone. */
  readonly text: string;
  /** Why the model refused to answer; absent when it did not. */
  readonly refusal?: string;
  /** As the API has them: id, type and function with its name and its arguments as JSON text. */
  readonly toolCalls: readonly JsonObject[];
  /** `stop`, `length`, `tool_calls`, `content_filter`, or what else the API says; absent if nothing. */
  readonly finishReason?: string;
  /** Absent where the answer has no usage. */
  readonly usage?: TokenUsage;
  /** What the tokens cost by the operator's prices, or by list prices; absent where there is no price. */
  readonly cost?: Cost;
  /** The limit of tokens that the request was given, because costs are limited; absent when it was not. */
  readonly maxTokens?: number;
  /** Milliseconds of the request that was answered. */
  readonly latencyMs: number;
  /** The models that were asked before and did not answer. Empty when the first one did. */
  readonly failed: readonly FailedModel[];
}

/** One request to a model, as it ended. */
export interface ModelExchange {
  readonly model: string;
  /** `ok`, or the kind of the error. */
  readonly outcome: "ok" | RegistryErrorKind;
  readonly seconds: number;
  /** Absent where the answer has none. */
  readonly usage?: TokenUsage;
  readonly cost?: Cost;
}

/** Asks models on one caller's account. */
export interface ModelClient {
  /** The allowed models, the default first. Empty: any model, and there is no default. */
  readonly allowed: readonly string[];
  /** For easy questions first; empty: the operator named none. */
  readonly tiers: readonly ModelTier[];
  /** Calls of this caller that run at the same time. Further ones wait. */
  readonly callsAtOnce: number;
  /**
   * Asks the model, and the fallback models when it does not answer.
   * @throws RegistryError `invalid` for a request that the model refuses, `not_found` for a model that
   *   does not exist, `unauthenticated` and `forbidden` when MLflow refuses the caller's credential,
   *   `unavailable` for every other failure and at the deadline, `cancelled`
   */
  complete(request: ModelRequest, options?: { readonly signal?: AbortSignal }): Promise<Completion>;
}
