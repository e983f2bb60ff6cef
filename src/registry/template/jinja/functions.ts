import type { Budget } from "../budget.ts";
import { CallArguments, isValue } from "./call-arguments.ts";
import { renderingProblem } from "./problem.ts";
import { type Callable, Dict, Namespace, type Value } from "./values.ts";

/** The longest range Jinja2's sandbox makes. */
const longestRange = 100_000;

/** Names that Jinja2 gives a meaning; `lipsum` has none here, its text is random. */
export const functionNames: ReadonlySet<string> = new Set([
  "range",
  "dict",
  "namespace",
  "joiner",
  "cycler",
  "lipsum",
]);

/** Jinja2's global functions. */
export function jinjaFunctions(budget: Budget): readonly (readonly [string, Value])[] {
  const functions: Readonly<Record<string, (args: CallArguments) => Value>> = {
    range,
    dict: ({ named }) => new Dict(named),
    namespace: ({ named }) => new Namespace(named),
    joiner,
    cycler,
  };
  return Object.entries(functions).map(([name, call]): [string, Callable] => [
    name,
    (...args) => call(CallArguments.from(`${name}()`, args, budget)),
  ]);
}

function range(args: CallArguments): Value {
  const bounded = args.positional.length > 1;
  const start = bounded ? args.integer(0, "start") : 0;
  const stop = args.integer(bounded ? 1 : 0, "stop");
  const step = args.integer(2, "step", 1);
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!(length <= longestRange)) {
    throw renderingProblem(`range() makes at most ${longestRange} numbers`);
  }
  args.budget.step(length);
  return Array.from({ length }, (_, index) => start + index * step);
}

function joiner(args: CallArguments): Value {
  const separator = args.text(0, "sep", ", ");
  let isFirst = true;
  return () => {
    const text = isFirst ? "" : separator;
    isFirst = false;
    return text;
  };
}

function cycler({ positional: items }: CallArguments): Value {
  let at = 0;
  const next = () => items[at++ % items.length];
  return new Dict([["next", next]]);
}

/** What `loop` is inside a `for`: it tells of the item the loop is at. */
export function loopAt(items: readonly Value[], index: number): Dict {
  const { length } = items;
  const cycle: Callable = (...args) => args.filter(isValue)[index % args.length];
  return new Dict([
    ["index", index + 1],
    ["index0", index],
    ["revindex", length - index],
    ["revindex0", length - index - 1],
    ["first", index === 0],
    ["last", index === length - 1],
    ["length", length],
    ["previtem", items[index - 1]],
    ["nextitem", items[index + 1]],
    ["cycle", cycle],
  ]);
}
