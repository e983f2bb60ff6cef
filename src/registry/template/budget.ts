import { RegistryError } from "../errors.ts";

/** What one rendering may cost. A template that needs more is refused, not cut. */
export const renderLimits = {
  /** Characters of text made on the way to the result, the result included. */
  characters: 10_000_000,
  /** Expressions evaluated, items visited. */
  steps: 1_000_000,
} as const;

/** Counts what a rendering costs, so that no template can hold up the process. */
export class Budget {
  #steps = 0;
  #characters = 0;

  /** @throws RegistryError `invalid` when the rendering has taken too many steps */
  step(count = 1): void {
    this.#steps += Math.max(0, count);
    if (!(this.#steps <= renderLimits.steps)) {
      throw tooMuch(`takes more than ${renderLimits.steps} steps`);
    }
  }

  /**
   * To be called before a text of this length is made.
   * @throws RegistryError `invalid` when the rendering has made too much text
   */
  text(length: number): void {
    this.#characters += Math.max(0, length);
    if (!(this.#characters <= renderLimits.characters)) {
      throw tooMuch(`makes more than ${renderLimits.characters} characters of text`);
    }
  }
}

function tooMuch(what: string): RegistryError {
  return new RegistryError(
    "invalid",
    `Filling the template in ${what}, and was given up. Shorten the template or the values.`,
  );
}
