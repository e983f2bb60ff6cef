import { renderingProblem } from "../problem.ts";
import { equals } from "../values/operators.ts";
import { type Callable, Dict, type Value } from "../values/values.ts";

/** The value of `loop` inside a `for`, for the current item. */
export class Loop extends Dict {
  /** Implements `loop(items)` in a recursive loop. */
  readonly again: Callable | undefined;

  constructor(facts: Iterable<readonly [string, Value]>, again: Callable | undefined) {
    super(facts);
    this.again = again;
  }
}

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

  at(index: number): Loop {
    const items = this.#items;
    const { length } = items;
    const facts: readonly (readonly [string, Value])[] = [
      ["index", index + 1],
      ["index0", index],
      ["revindex", length - index],
      ["revindex0", length - index - 1],
      ["first", index === 0],
      ["last", index === length - 1],
      ["length", length],
      ["depth", this.#depth],
      ["depth0", this.#depth - 1],
      ["previtem", items[index - 1]],
      ["nextitem", items[index + 1]],
      ["cycle", ({ positional }) => cycled(positional, index)],
      ["changed", this.#changed],
    ];
    return new Loop(facts, this.#again);
  }
}

function cycled(values: readonly Value[], index: number): Value {
  if (values.length === 0) throw renderingProblem("loop.cycle() needs at least one value");
  return values[index % values.length];
}
