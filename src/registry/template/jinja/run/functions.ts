import { renderingProblem } from "../problem.ts";
import { BoundArguments } from "../values/arguments.ts";
import { entriesOf } from "../values/dict-methods.ts";
import { asIndex } from "../values/numeric.ts";
import {
  type CallArguments,
  Dict,
  JinjaObject,
  Namespace,
  Range,
  typeName,
  type Value,
} from "../values/values.ts";

/** The length limit of Jinja2's sandbox. */
const longestRange = 100_000n;

/** Names that Jinja2 defines. `lipsum` is not implemented, because its text is random. */
export const functionNames: ReadonlySet<string> = new Set([
  "range",
  "dict",
  "namespace",
  "joiner",
  "cycler",
  "lipsum",
  "self",
]);

/** Jinja2's global functions. */
export const jinjaFunctions: ReadonlyMap<string, Value> = new Map<string, Value>([
  // A prompt has no blocks, so nothing can be done with it but to print it.
  ["self", new JinjaObject(new Map(), { text: "<TemplateReference None>" })],
  ["range", range],
  ["dict", dict],
  ["namespace", (args) => new Namespace(dict(args))],
  ["joiner", joiner],
  ["cycler", cycler],
  [
    "lipsum",
    () => {
      throw renderingProblem("lipsum() is not supported, because its text is random");
    },
  ],
]);

function dict(args: CallArguments): Dict {
  const { positional, named } = args;
  if (positional.length > 1) throw renderingProblem(`${args.callee} takes one dict`);
  const [given] = positional;
  return new Dict([...(positional.length === 0 ? [] : entriesOf(given, args)), ...named]);
}

function range({ positional, named, callee, budget }: CallArguments): Value {
  if (positional.length < 1 || positional.length > 3 || named.size > 0) {
    throw renderingProblem(`${callee} takes 1 to 3 numbers`);
  }
  const numbers = positional.map((value) => {
    const number = asIndex(value);
    if (number !== undefined) return number;
    throw renderingProblem(`${callee} takes whole numbers, not a ${typeName(value)}`);
  });
  const [first = 0n, second, step = 1n] = numbers;
  if (step === 0n) throw renderingProblem("the step of range() cannot be 0");
  const made = second === undefined ? new Range(0n, first, 1n) : new Range(first, second, step);
  if (made.length > longestRange) {
    throw renderingProblem(`range() returns at most ${longestRange} numbers`);
  }
  budget.step(Number(made.length));
  return made;
}

function joiner(args: CallArguments): Value {
  const separator = new BoundArguments(args, ["sep"]).text("sep", ", ");
  let isFirst = true;
  const call = () => {
    const text = isFirst ? "" : separator;
    isFirst = false;
    return text;
  };
  return new JinjaObject(new Map(), { call });
}

function cycler({ positional: items, named }: CallArguments): Value {
  if (items.length === 0 || named.size > 0) throw renderingProblem("cycler() needs values");
  let at = 0;
  const members = new Map<string, Value>();
  const move = (to: number) => {
    at = to % items.length;
    members.set("current", items[at]);
  };
  move(0);
  members.set("next", () => {
    const item = items[at];
    move(at + 1);
    return item;
  });
  members.set("reset", () => {
    move(0);
    return null;
  });
  return new JinjaObject(members);
}
