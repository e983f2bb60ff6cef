import { calcPrice, findProvider, type Provider } from "@pydantic/genai-prices";
import type { Completion, Cost, TokenPrices, TokenUsage } from "./model-client.ts";
import type { ModelServer } from "./model-server.ts";

/** No provider has a longer name of a model. The list of prices has patterns for names. */
const maxNameLength = 200;

const million = 1_000_000;

/** What an answer cost; undefined where there is no price for it. */
export function costOf(
  {
    model,
    servedModel,
    provider,
    usage,
  }: Pick<Completion, "model" | "servedModel" | "provider" | "usage">,
  server: ModelServer,
  prices: TokenPrices,
): Cost | undefined {
  if (usage === undefined) return undefined;
  const own = operatorsCost(prices, model, usage);
  if (own !== undefined) return own;
  // The name of an endpoint of the gateway says nothing about the model behind it.
  if (server.isGateway) return listedCost(named(provider), servedModel, usage);
  const { apiUrl } = server;
  return listedCost(apiUrl, servedModel, usage) ?? listedCost(apiUrl, model, usage);
}
/**
 * What a request would cost; undefined where there is no price. Which model is behind an endpoint of
 * the gateway is known only from its answers.
 */
export function costBefore(
  model: string,
  tokens: TokenUsage,
  server: ModelServer,
  prices: TokenPrices,
): Cost | undefined {
  const own = operatorsCost(prices, model, tokens);
  return own ?? (server.isGateway ? undefined : listedCost(server.apiUrl, model, tokens));
}

function operatorsCost(prices: TokenPrices, model: string, tokens: TokenUsage): Cost | undefined {
  const price = prices.get(model);
  if (price === undefined) return undefined;
  return sum(
    (tokens.inputTokens * price.input) / million,
    (tokens.outputTokens * price.output) / million,
  );
}

/**
 * The price in the kept list. Only a provider that is known counts: another server may give its model
 * any name.
 * @param seller a provider, or the address of its API
 */
function listedCost(
  seller: Provider | string | undefined,
  model: string | undefined,
  { inputTokens, outputTokens, cachedTokens = 0 }: TokenUsage,
): Cost | undefined {
  if (model === undefined || model.length > maxNameLength) return undefined;
  const provider = typeof seller === "string" ? findProvider({ providerApiUrl: seller }) : seller;
  if (provider === undefined) return undefined;
  const usage = {
    input_tokens: inputTokens,
    output_tokens: outputTokens,
    ...(cachedTokens === 0 ? {} : { cache_read_tokens: cachedTokens }),
  };
  const price = calcPrice(usage, model, { provider });
  return price ? sum(price.input_price, price.output_price) : undefined;
}

function named(provider: string | undefined): Provider | undefined {
  if (provider === undefined || provider.length > maxNameLength) return undefined;
  return findProvider({ providerId: provider });
}

function sum(inputUsd: number, outputUsd: number): Cost {
  return { inputUsd, outputUsd, totalUsd: inputUsd + outputUsd };
}
