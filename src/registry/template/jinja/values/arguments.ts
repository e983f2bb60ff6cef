import { renderingProblem } from "../problem.ts";
import { asIndex } from "./numeric.ts";
import { pythonText } from "./text.ts";
import { type CallArguments, isTrue, textOf, typeName, type Value } from "./values.ts";

/** Arguments by the names of a Python signature. */
export class BoundArguments {
  readonly #callee: string;
  readonly #values: ReadonlyMap<string, Value>;
  readonly #budget: CallArguments["budget"];

  /**
   * @param required the number of parameters, from the first, that need an argument
   * @throws JinjaProblem for arguments that the signature does not accept
   */
  constructor(args: CallArguments, names: readonly string[], required = 0) {
    const { callee, positional, named, budget } = args;
    if (positional.length > names.length) {
      throw renderingProblem(`${callee} takes at most ${names.length} arguments`);
    }
    const values = new Map<string, Value>();
    for (const [index, value] of positional.entries()) values.set(names[index] ?? "", value);
    for (const [name, value] of named) {
      if (!names.includes(name)) {
        throw renderingProblem(`${callee} has no argument named "${name}"`);
      }
      if (values.has(name)) throw renderingProblem(`${callee} has two values for "${name}"`);
      values.set(name, value);
    }
    const missing = names.slice(0, required).find((name) => !values.has(name));
    if (missing !== undefined) throw renderingProblem(`${callee} needs the argument "${missing}"`);
    this.#callee = callee;
    this.#values = values;
    this.#budget = budget;
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  value(name: string): Value {
    return this.#values.get(name);
  }

  /** Whether the argument is there and is not None. */
  isGiven(name: string): boolean {
    return (this.#values.get(name) ?? null) !== null;
  }

  /** Returns a str. @throws JinjaProblem for another type, and without a fallback when it is missing */
  text(name: string, fallback?: string): string {
    if (!this.has(name) && fallback !== undefined) return fallback;
    const value = this.value(name);
    const text = textOf(value);
    if (text !== undefined) return text;
    throw renderingProblem(`${this.#callee} needs a str as "${name}", not a ${typeName(value)}`);
  }

  /** Returns any value as the text that it prints as. */
  printed(name: string, fallback = ""): string {
    return this.has(name) ? pythonText(this.value(name), this.#budget) : fallback;
  }

  /** Returns a whole number within JavaScript's exact range. @throws JinjaProblem */
  integer(name: string, fallback?: number): number {
    if (!this.has(name) && fallback !== undefined) return fallback;
    const value = this.value(name);
    const index = asIndex(value);
    if (index === undefined) {
      throw renderingProblem(
        `${this.#callee} needs a whole number as "${name}", not a ${typeName(value)}`,
      );
    }
    if (BigInt.asIntN(54, index) === index) return Number(index);
    return index < 0n ? Number.MIN_SAFE_INTEGER : Number.MAX_SAFE_INTEGER;
  }

  flag(name: string, fallback = false): boolean {
    return this.has(name) ? isTrue(this.value(name)) : fallback;
  }
}
