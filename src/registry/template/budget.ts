import { RegistryError } from "../errors.ts";

/** Limits of one rendering. A template that exceeds one fails; its result is never truncated. */
export const renderLimits = {
  /** Characters of the result and of all intermediate texts. */
  characters: 10_000_000,
  /** Evaluated expressions and visited items. */
  steps: 1_000_000,
} as const;

/** Counts the cost of a rendering, and stops it at the limits. */
export class Budget {
  #steps = 0;
  #characters = 0;

  /** @throws RegistryError `invalid` when the rendering exceeds the limit of steps */
  step(count = 1): void {
    this.#steps += Math.max(0, count);
    if (!(this.#steps <= renderLimits.steps)) {
      throw limitExceeded(`it takes more than ${renderLimits.steps} steps`);
    }
  }

  /**
   * Must be called before a text of this length is created.
   * @throws RegistryError `invalid` when the rendering exceeds the limit of characters
   */
  text(length: number): void {
    this.#characters += Math.max(0, length);
    if (!(this.#characters <= renderLimits.characters)) {
      throw limitExceeded(`it creates more than ${renderLimits.characters} characters of text`);
    }
  }
}

function limitExceeded(what: string): RegistryError {
  return new RegistryError(
    "invalid",
    `Rendering the template was stopped: ${what}. Shorten the template or the values.`,
  );
}
