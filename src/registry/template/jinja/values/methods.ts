import { renderingProblem } from "../problem.ts";
import { indexOf, pieces } from "./find-text.ts";
import { equals, isKey, iterate } from "./operators.ts";
import { type CallArguments, Dict, type DictKey, type Value } from "./values.ts";

type Methods<T> = Readonly<Record<string, (self: T, args: CallArguments) => Value>>;

/** Returns a method of the value's Python type; undefined when it has none of this name. */
export function methodOf(value: Value, name: string): ((args: CallArguments) => Value) | undefined {
  if (typeof value === "string") return bound(stringMethods, value, name);
  if (Array.isArray(value)) return bound(listMethods, value, name);
  return value instanceof Dict ? bound(dictMethods, value, name) : undefined;
}

function bound<T>(methods: Methods<T>, self: T, name: string) {
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
  return method && ((args: CallArguments) => method(self, args));
}

const stringMethods: Methods<string> = {
  upper: (text) => text.toUpperCase(),
  lower: (text) => text.toLowerCase(),
  title: (text) => text.replace(/\p{L}+/gu, capitalized),
  capitalize: capitalized,
  strip: (text, args) => strip(text, args, "both"),
  lstrip: (text, args) => strip(text, args, "start"),
  rstrip: (text, args) => strip(text, args, "end"),
  split,
  splitlines: (text) => (text === "" ? [] : text.replace(/\n$/, "").split(/\r\n|\r|\n/)),
  replace: replaced,
  join: (text, args) => joined(iterate(args.value(0, "iterable"), args.budget), text, args),
  startswith: (text, args) => text.startsWith(args.text(0, "prefix")),
  endswith: (text, args) => text.endsWith(args.text(0, "suffix")),
  find: (text, args) => indexOf(text, countLength(args.text(0, "sub"), args)),
  count: (text, args) => pieces(text, countLength(args.text(0, "sub"), args)).length - 1,
  isdigit: (text) => /^\p{Nd}+$/u.test(text),
};

const listMethods: Methods<Value[]> = {
  append(list, args) {
    list.push(args.value(0, "object"));
    return null;
  },
  extend(list, args) {
    for (const item of iterate(args.value(0, "iterable"), args.budget)) list.push(item);
    return null;
  },
  pop(list, args) {
    args.budget.step(list.length);
    return list.splice(args.integer(0, "index", -1), 1)[0];
  },
  index(list, args) {
    const index = list.findIndex((item) => equals(item, args.value(0, "value"), args.budget));
    if (index === -1) throw renderingProblem("index() did not find the value in the list");
    return index;
  },
  count: (list, args) =>
    list.filter((item) => equals(item, args.value(0, "value"), args.budget)).length,
};

const dictMethods: Methods<Dict> = {
  items(dict, args) {
    args.budget.step(dict.size);
    return [...dict].map(([key, value]) => [key, value]);
  },
  keys: (dict, args) => [...iterate(dict, args.budget)],
  values(dict, args) {
    args.budget.step(dict.size);
    return [...dict.values()];
  },
  get(dict, args) {
    const key = keyOf(args);
    if (dict.has(key)) return dict.get(key);
    return args.value(1, "default") ?? null;
  },
  update(dict, args) {
    const other = args.value(0, "other");
    args.budget.step(other instanceof Dict ? other.size : 1);
    for (const [key, value] of other instanceof Dict ? other : args.named) dict.set(key, value);
    return null;
  },
};

function keyOf(args: CallArguments): DictKey {
  const key = args.value(0, "key");
  if (isKey(key)) return key;
  throw renderingProblem(`${args.callee} needs a key`);
}

/** Adds an argument's length to the cost, because the time of a search depends on it. */
function countLength(text: string, { budget }: CallArguments): string {
  budget.text(text.length);
  return text;
}

export function capitalized(text: string): string {
  const [first = ""] = text.slice(0, 2);
  return first.toUpperCase() + text.slice(first.length).toLowerCase();
}

/** Removes the characters of the argument `chars`, or white space, at one end or both. */
export function strip(text: string, args: CallArguments, at: "start" | "end" | "both"): string {
  const characters = args.optionalText(0, "chars");
  const stripped = characters === undefined ? undefined : new Set(countLength(characters, args));
  const isStripped = (it: string) => stripped?.has(it) ?? it.trim() === "";
  let [start, end] = [0, text.length];
  while (at !== "end" && start < end && isStripped(text.charAt(start))) start += 1;
  while (at !== "start" && end > start && isStripped(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** Replaces at most `count` times; a negative count means all. */
export function replaced(text: string, args: CallArguments): string {
  const [old, replacement] = [countLength(args.text(0, "old"), args), args.text(1, "new")];
  const count = args.integer(2, "count", -1);
  const found = pieces(text, old);
  const times = Math.min(count < 0 ? found.length : count, found.length - 1);
  args.budget.text(text.length + times * replacement.length);
  return [...found.slice(0, times), found.slice(times).join(old)].join(replacement);
}

export function joined(items: readonly Value[], separator: string, args: CallArguments): string {
  const texts = items.map((item) => {
    if (typeof item === "string") return item;
    throw renderingProblem("join() takes strings; the filter join takes any values");
  });
  args.budget.text(texts.reduce((sum, text) => sum + text.length + separator.length, 0));
  return texts.join(separator);
}

/** Splits at white space or at a separator, at most `maxsplit` times. */
function split(text: string, args: CallArguments): Value {
  const separator = args.optionalText(0, "sep");
  const most = args.integer(1, "maxsplit", -1);
  if (separator === "") throw renderingProblem("split() needs a separator that is not empty");
  args.budget.step(text.length);
  const source = separator === undefined ? text.trim() : text;
  if (separator === undefined && source === "") return [];
  const found =
    separator === undefined ? source.split(/\s+/) : pieces(source, countLength(separator, args));
  if (most < 0 || found.length <= most + 1) return found;
  if (separator !== undefined) {
    return [...found.slice(0, most), found.slice(most).join(separator)];
  }
  const rest = [...source.matchAll(/\S+/g)][most]?.index ?? source.length;
  return [...found.slice(0, most), source.slice(rest)];
}
