import { LosslessNumber } from "lossless-json";
import { quote, RegistryError } from "../registry/errors.ts";
import { type JsonObject, stringifyJson } from "../registry/json.ts";
import { dollars } from "../registry/text/dollars.ts";
import type { ChatMessage } from "../registry/types.ts";
import type { ModelRequest, TokenPrices } from "./model-client.ts";
import type { ModelServer } from "./model-server.ts";
import { costBefore } from "./prices.ts";
import type { Reservation, Spending } from "./spending.ts";

/** How much one caller may spend, in US dollars. */
export interface Budget {
  readonly prices: TokenPrices;
  /** Of one request; absent means no limit. */
  readonly perCall?: number;
  readonly spending: Spending;
  readonly caller: string;
}

/** A request whose greatest cost is within the limits and reserved. */
export interface Affordable {
  readonly request: ModelRequest;
  readonly reservation: Reservation;
  /** Its greatest cost; 0 without a limit. */
  readonly mostUsd: number;
  /** The limit of tokens that the request was given; absent when it had one, or needs none. */
  readonly maxTokens?: number;
}

/** The limit of tokens for a request that has none, where costs are limited. */
const defaultMaxTokens = 4_096;

/** The least that a part counts which is no text: more than an image takes at today's providers. */
const partTokens = 2_000;

/**
 * Reserves what a request costs at most: a token for each byte, and as many tokens of the answer as it
 * allows. A request without a limit of tokens is given one.
 * @throws RegistryError `invalid` when that is more than the caller may spend, or no price is known
 */
export function afford(server: ModelServer, request: ModelRequest, budget: Budget): Affordable {
  const { prices, perCall = Number.POSITIVE_INFINITY, spending, caller } = budget;
  const left = Math.min(perCall, spending.left(caller));
  if (left === Number.POSITIVE_INFINITY) {
    return { request, reservation: spending.reserve(caller, 0), mostUsd: 0 };
  }
  const { model, parameters } = request;
  const cost = (inputTokens: number, outputTokens: number) => {
    const known = costBefore(model, { inputTokens, outputTokens }, server, prices);
    if (known === undefined) throw noPrice(model);
    return known.totalUsd;
  };
  const inputUsd = cost(mostInputTokens(request), 0);
  const tokenUsd = cost(0, 1);
  const affordable = tokenUsd === 0 ? defaultMaxTokens : Math.floor((left - inputUsd) / tokenUsd);
  const given = limitIn(parameters);
  const limit = given ?? Math.max(1, Math.min(defaultMaxTokens, affordable));
  const mostUsd = inputUsd + limit * tokenUsd;
  if (mostUsd > left) throw tooExpensive(model, mostUsd, left);
  const reservation = spending.reserve(caller, mostUsd);
  if (given !== undefined) return { request, reservation, mostUsd };
  const limited = { ...request, parameters: { ...parameters, max_tokens: limit } };
  return { request: limited, reservation, mostUsd, maxTokens: limit };
}

function limitIn({ max_completion_tokens, max_tokens }: JsonObject): number | undefined {
  const given = max_completion_tokens ?? max_tokens;
  const number = given instanceof LosslessNumber ? Number(given.value) : given;
  return typeof number === "number" ? number : undefined;
}

function mostInputTokens({ messages, parameters }: ModelRequest): number {
  const bytes = Buffer.byteLength(stringifyJson({ messages, parameters }));
  return bytes + partTokens * messages.reduce((sum, message) => sum + mediaIn(message), 0);
}

function mediaIn({ content }: ChatMessage): number {
  return Array.isArray(content) ? content.filter(({ type }) => type !== "text").length : 0;
}

function noPrice(model: string): RegistryError {
  return new RegistryError(
    "invalid",
    `The model ${quote(model)} was not asked: this server limits costs, and no price of that model is known. Choose another one with model, or ask the operator of this server to set --model-prices.`,
    {},
    { reason: "over_budget" },
  );
}

function tooExpensive(model: string, mostUsd: number, left: number): RegistryError {
  return new RegistryError(
    "invalid",
    `The model ${quote(model)} was not asked: the call could cost ${dollars(mostUsd)}, and you may spend ${dollars(Math.max(0, left))} now. Lower max_tokens in llm_config, shorten the prompt, choose a cheaper model, or wait: what was spent more than an hour ago does not count.`,
    {},
    { reason: "over_budget" },
  );
}
