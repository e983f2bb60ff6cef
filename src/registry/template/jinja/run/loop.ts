import { renderingProblem } from "../problem.ts";
import { equals } from "../values/compare.ts";
import { type Callable, JinjaObject, type Value } from "../values/values.ts";

/** Creates `loop` for each item. */
export class LoopState {
  readonly #items: readonly Value[];
  readonly #depth: number;
  readonly #again: Callable | undefined;
  /** The arguments of the last `changed()`. */
  #seen: readonly Value[] | undefined;

  /** @param depth from 1; greater only in recursive loops */
  constructor(items: readonly Value[], depth: number, again: Callable | undefined) {
    this.#items = items;
    this.#depth = depth;
    this.#again = again;
  }

  /** True if the previous call of `loop.changed()` had other values, or on the first call. */
  readonly #changed: Callable = ({ positional, budget }) => {
    const seen = this.#seen;
    this.#seen = positional;
    return seen === undefined || !equals([...seen], [...positional], budget);
  };

  at(index: number): JinjaObject {
    const items = this.#items;
    const { length } = items;
    const facts: readonly (readonly [string, Value])[] = [
      ["index", BigInt(index + 1)],
      ["index0", BigInt(index)],
      ["revindex", BigInt(length - index)],
      ["revindex0", BigInt(length - index - 1)],
      ["first", index === 0],
      ["last", index === length - 1],
      ["length", BigInt(length)],
      ["depth", BigInt(this.#depth)],
      ["depth0", BigInt(this.#depth - 1)],
      ["previtem", items[index - 1]],
      ["nextitem", items[index + 1]],
      ["cycle", ({ positional }) => cycled(positional, index)],
      ["changed", this.#changed],
    ];
    const text = `<LoopContext ${index + 1}/${length}>`;
    return new JinjaObject(new Map(facts), { call: this.#again, text });
  }
}

function cycled(values: readonly Value[], index: number): Value {
  if (values.length === 0) throw renderingProblem("loop.cycle() needs at least one value");
  return values[index % values.length];
}
