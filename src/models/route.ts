import { RegistryError } from "../registry/errors.ts";
import type { ChatMessage } from "../registry/types.ts";
import { rateDifficulty } from "./difficulty.ts";
import type { ModelTier } from "./model-client.ts";

/** The model for a question, and why. */
export interface Route {
  readonly tier: string;
  readonly model: string;
  readonly reason: string;
}

const hardest = 2;

/**
 * Chooses a tier by the difficulty of what the messages ask. The first tier is for easy questions, the
 * last for hard ones; of an even number of tiers the better one of the middle is for the rest.
 * @throws RegistryError `invalid` where there are no tiers
 */
export function routeByDifficulty(
  tiers: readonly ModelTier[],
  messages: readonly ChatMessage[],
): Route {
  const { difficulty, reason } = rateDifficulty(messages);
  const tier = tiers[Math.round((difficulty / hardest) * (tiers.length - 1))];
  if (tier === undefined) {
    throw new RegistryError(
      "invalid",
      "Nothing was asked: this server has no tiers of models to choose from. Give model, or ask the operator of this server to set --model-tiers.",
    );
  }
  return { tier: tier.name, model: tier.model, reason };
}
