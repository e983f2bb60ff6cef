import { renderingProblem } from "../problem.ts";
import {
  type CallArguments,
  type Callable,
  Dict,
  Namespace,
  type Value,
} from "../values/values.ts";

/** The length limit of Jinja2's sandbox. */
const longestRange = 100_000;

/** Names that Jinja2 defines. `lipsum` is not implemented, because its text is random. */
export const functionNames: ReadonlySet<string> = new Set([
  "range",
  "dict",
  "namespace",
  "joiner",
  "cycler",
  "lipsum",
]);

/** Jinja2's global functions. */
export const jinjaFunctions: ReadonlyMap<string, Callable> = new Map<string, Callable>([
  ["range", range],
  ["dict", dict],
  ["namespace", ({ named }) => new Namespace(named)],
  ["joiner", joiner],
  ["cycler", cycler],
]);

function dict({ positional: [pairs], named }: CallArguments): Value {
  return new Dict([...(pairs instanceof Dict ? pairs : []), ...named]);
}

function range(args: CallArguments): Value {
  const bounded = args.positional.length > 1;
  const start = bounded ? args.integer(0, "start") : 0;
  const stop = args.integer(bounded ? 1 : 0, "stop");
  const step = args.integer(2, "step", 1);
  const length = Math.max(0, Math.ceil((stop - start) / step));
  if (!(length <= longestRange)) {
    throw renderingProblem(`range() returns at most ${longestRange} numbers`);
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
