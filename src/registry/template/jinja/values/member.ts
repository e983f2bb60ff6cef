import type { Budget } from "../../budget.ts";
import { renderingProblem } from "../problem.ts";
import { GivenArguments } from "./call-arguments.ts";
import { methodOf } from "./methods.ts";
import { isKey, iterate } from "./operators.ts";
import { asNumber, Dict, Group, typeName, type Value } from "./values.ts";

/**
 * Evaluates `target.name` and `target[key]`: a method of this package, a dict's member, or an item of
 * a list or text. Properties of JavaScript objects are not accessible.
 * @param dotted whether methods take precedence over members of a dict, as in `d.items`
 */
export function member(target: Value, key: Value, dotted: boolean, budget: Budget): Value {
  if (typeof key === "string") return memberNamed(target, key, dotted, budget);
  if (target instanceof Dict) return isKey(key) ? target.get(key) : undefined;
  const index = asNumber(key);
  return index === undefined ? undefined : itemAt(target, index, budget);
}

function memberNamed(target: Value, name: string, dotted: boolean, budget: Budget): Value {
  // Jinja2's sandbox treats such a name as undefined, and any use of it as an error.
  if (name.startsWith("__") && !(target instanceof Dict)) return undefined;
  if (target instanceof Group && name === "grouper") return target[0];
  if (target instanceof Group && name === "list") return target[1];
  if (!dotted && target instanceof Dict && target.has(name)) return target.get(name);
  const method = methodOf(target, name);
  if (!method) return target instanceof Dict ? target.get(name) : undefined;
  return ({ positional, named }) => {
    if (typeof target === "string") budget.text(target.length);
    return method(new GivenArguments(`${name}()`, positional, named, budget));
  };
}

function itemAt(target: Value, index: number, budget: Budget): Value {
  if (!Number.isInteger(index)) return undefined;
  if (Array.isArray(target)) return target.at(index);
  if (typeof target !== "string") return undefined;
  budget.text(target.length);
  return [...target].at(index);
}

/**
 * Evaluates `target[start:stop:step]` as Python does for lists and texts.
 * @param bounds start, stop and step; a missing one or None means Python's default
 */
export function sliced(target: Value, bounds: readonly Value[], budget: Budget): Value {
  if (typeof target !== "string" && !Array.isArray(target)) return undefined;
  const items = iterate(target, budget);
  const [start, stop, step = 1] = bounds.map(indexOfBound);
  if (step === 0) throw renderingProblem("the step of a slice cannot be 0");
  const { length } = items;
  const [lowest, highest] = step > 0 ? [0, length] : [-1, length - 1];
  const placed = (bound: number) =>
    Math.min(Math.max(bound < 0 ? bound + length : bound, lowest), highest);
  const from = start === undefined ? (step > 0 ? lowest : highest) : placed(start);
  const to = stop === undefined ? (step > 0 ? highest : lowest) : placed(stop);
  const count = Math.max(0, Math.ceil((to - from) / step));
  const cut = Array.from({ length: count }, (_, index) => items[from + index * step]);
  return typeof target === "string" ? cut.join("") : cut;
}

function indexOfBound(bound: Value): number | undefined {
  if (bound === undefined || bound === null) return undefined;
  const index = asNumber(bound);
  if (index !== undefined && Number.isInteger(index)) return index;
  throw renderingProblem(`a ${typeName(bound)} cannot be a bound of a slice`);
}
