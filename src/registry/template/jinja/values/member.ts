import type { Budget } from "../../budget.ts";
import { renderingProblem } from "../problem.ts";
import { escapeHtml } from "../python/html.ts";
import { strFormat } from "../python/str-format.ts";
import { dictMethods } from "./dict-methods.ts";
import { iterate } from "./iterate.ts";
import { listMethods, sequenceMethods } from "./list-methods.ts";
import { numberAttribute } from "./number-attributes.ts";
import { asIndex, asNumeric } from "./numeric.ts";
import { stringMethod } from "./string-methods.ts";
import { unsupportedAttributes } from "./unsupported-attributes.ts";
import {
  type CallArguments,
  Dict,
  Group,
  isKey,
  isList,
  JinjaObject,
  Markup,
  Namespace,
  Range,
  Tuple,
  textOf,
  tupleOf,
  typeName,
  type Value,
} from "./values.ts";

/**
 * Evaluates `target.name` and `target[key]`: a method of this package, a dict's member, or an item of
 * a list or text. Properties of JavaScript objects are not accessible.
 * @param dotted whether methods take precedence over members of a dict, as in `d.items`
 * @returns undefined when there is no such member
 */
export function member(target: Value, key: Value, dotted: boolean, budget: Budget): Value {
  const name = textOf(key);
  if (name === undefined) return itemOf(target, key, budget);
  const item = target instanceof Dict && target.has(name) ? [target.get(name)] : [];
  if (!dotted && item.length > 0) return item[0];
  // Jinja2's sandbox hides such attributes, even when a dict has a member of the name.
  const attribute = name.startsWith("_") ? undefined : attributeOf(target, name, budget);
  if (attribute !== undefined) return attribute;
  return dotted && isHidden(target, name) ? undefined : item[0];
}

/** Whether each Python object has this attribute. */
function isHidden(target: Value, name: string): boolean {
  return target instanceof Dict && objectAttributes.has(name);
}

const objectAttributes = new Set([
  "__class__",
  "__contains__",
  "__delattr__",
  "__delitem__",
  "__dir__",
  "__doc__",
  "__eq__",
  "__format__",
  "__getattribute__",
  "__getitem__",
  "__hash__",
  "__init__",
  "__iter__",
  "__len__",
  "__new__",
  "__reduce__",
  "__repr__",
  "__setattr__",
  "__setitem__",
  "__sizeof__",
  "__str__",
]);

function attributeOf(target: Value, name: string, budget: Budget): Value {
  if (target instanceof JinjaObject) return target.members.get(name);
  if (target instanceof Namespace) return target.attributes.get(name);
  if (target instanceof Group && name === "grouper") return target[0];
  if (target instanceof Group && name === "list") return target[1];
  const number = asNumeric(target);
  const own = number === undefined ? methodOf(target, name, budget) : numberAttribute(number, name);
  if (own !== undefined) return own;
  if (unsupportedAttributes(target).has(name)) {
    throw renderingProblem(`"${name}" of a ${typeName(target)} is not supported`);
  }
  return undefined;
}

function methodOf(target: Value, name: string, budget: Budget) {
  const text = textOf(target);
  if (text !== undefined) return textMethod(target, text, name, budget);
  const bind = <Self>(
    methods: Readonly<Record<string, (self: Self, args: CallArguments) => Value>>,
    self: Self,
  ) => {
    const method = Object.hasOwn(methods, name) ? methods[name] : undefined;
    return method && ((args: CallArguments) => method(self, { ...args, callee: `${name}()` }));
  };
  if (isList(target)) return bind(listMethods, target) ?? bind(sequenceMethods, target);
  if (target instanceof Tuple || target instanceof Range) return bind(sequenceMethods, target);
  return target instanceof Dict ? bind(dictMethods, target) : undefined;
}

/** A method of text that is escaped returns text that is escaped, and escapes what it inserts. */
function textMethod(target: Value, text: string, name: string, budget: Budget) {
  const isMarkup = target instanceof Markup;
  if (name === "format") {
    return (args: CallArguments) => {
      const formatted = strFormat(text, args, member, isMarkup ? escapeHtml : undefined);
      return isMarkup ? new Markup(formatted) : formatted;
    };
  }
  const method = stringMethod(name);
  return (
    method &&
    ((given: CallArguments) => {
      budget.text(text.length);
      const args = { ...given, callee: `${name}()` };
      if (!isMarkup) return method(text, args);
      return marked(method(text, insertsText.has(name) ? escapedArguments(name, args) : args));
    })
  );
}

const insertsText = new Set(["replace", "join", "center", "ljust", "rjust"]);

function escapedArguments(name: string, args: CallArguments): CallArguments {
  const escaped = (value: Value): Value =>
    typeof value === "string" ? escapeHtml(value) : value instanceof Markup ? value.text : value;
  const [first, ...rest] = args.positional;
  const positional =
    name === "join"
      ? [iterate(first, args.budget).map(escaped), ...rest]
      : [first, ...rest.map(escaped)];
  return { ...args, positional: args.positional.length === 0 ? [] : positional };
}

function marked(value: Value): Value {
  if (typeof value === "string") return new Markup(value);
  if (value instanceof Tuple) return tupleOf(Array.from(value, marked));
  return Array.isArray(value) ? value.map(marked) : value;
}

function itemOf(target: Value, key: Value, budget: Budget): Value {
  if (target instanceof Dict) return isKey(key) ? target.get(key) : undefined;
  const index = asIndex(key);
  if (index === undefined) return undefined;
  const text = textOf(target);
  const items = text === undefined && !Array.isArray(target) && !(target instanceof Range);
  if (items) return undefined;
  if (Array.isArray(target))
    return BigInt.asIntN(32, index) === index ? target.at(Number(index)) : undefined;
  const all = iterate(target, budget);
  const item = BigInt.asIntN(32, index) === index ? all.at(Number(index)) : undefined;
  return target instanceof Markup && typeof item === "string" ? new Markup(item) : item;
}

/**
 * Evaluates `target[start:stop:step]` as Python does for lists and texts.
 * @param bounds start, stop and step; a missing one or None means Python's default
 */
export function sliced(target: Value, bounds: readonly Value[], budget: Budget): Value {
  const text = textOf(target);
  if (text === undefined && !Array.isArray(target) && !(target instanceof Range)) {
    throw renderingProblem(`a ${typeName(target)} cannot be sliced`);
  }
  const [start, stop, step = 1] = bounds.map(indexOfBound);
  if (step === 0) throw renderingProblem("the step of a slice cannot be 0");
  const items = iterate(target, budget);
  const { length } = items;
  const [lowest, highest] = step > 0 ? [0, length] : [-1, length - 1];
  const placed = (bound: number) =>
    Math.min(Math.max(bound < 0 ? bound + length : bound, lowest), highest);
  const from = start === undefined ? (step > 0 ? lowest : highest) : placed(start);
  const to = stop === undefined ? (step > 0 ? highest : lowest) : placed(stop);
  const count = Math.max(0, Math.ceil((to - from) / step));
  if (target instanceof Range) return sliceOfRange(target, from, to, step);
  const cut = Array.from({ length: count }, (_, index) => items[from + index * step]);
  if (text === undefined) return target instanceof Tuple ? tupleOf(cut) : cut;
  const joined = cut.map((it) => textOf(it) ?? "").join("");
  return target instanceof Markup ? new Markup(joined) : joined;
}

function sliceOfRange(range: Range, from: number, to: number, step: number): Range {
  const at = (index: number) => range.start + BigInt(index) * range.step;
  return new Range(at(from), at(to), range.step * BigInt(step));
}

function indexOfBound(bound: Value): number | undefined {
  if (bound === undefined || bound === null) return undefined;
  const index = asIndex(bound);
  if (index === undefined) {
    throw renderingProblem(`a ${typeName(bound)} cannot be a bound of a slice`);
  }
  // A bound outside of every length has the effect of the largest one.
  return Number(index < -maxBound ? -maxBound : index > maxBound ? maxBound : index);
}

const maxBound = 2n ** 40n;
