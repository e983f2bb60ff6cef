import { indexOf } from "../../../text/find-text.ts";
import type { Budget } from "../../budget.ts";
import type { CompareOperator } from "../parse/ast.ts";
import { renderingProblem } from "../problem.ts";
import { compareNumbers } from "../python/numbers.ts";
import { iterate } from "./iterate.ts";
import { asNumeric } from "./numeric.ts";
import {
  Dict,
  DictView,
  isKey,
  isList,
  Range,
  Tuple,
  textOf,
  typeName,
  type Value,
} from "./values.ts";

export function compare(
  operator: CompareOperator,
  left: Value,
  right: Value,
  budget: Budget,
): boolean {
  switch (operator) {
    case "in":
      return contains(right, left, budget);
    case "not in":
      return !contains(right, left, budget);
    case "==":
      return equals(left, right, budget);
    case "!=":
      return !equals(left, right, budget);
    case "<":
      return order(left, right, budget) < 0;
    case "<=":
      return order(left, right, budget) <= 0;
    case ">":
      return order(left, right, budget) > 0;
    case ">=":
      return order(left, right, budget) >= 0;
  }
}

export function equals(left: Value, right: Value, budget: Budget): boolean {
  budget.step();
  const [text, otherText] = [textOf(left), textOf(right)];
  if (text !== undefined && otherText !== undefined) {
    budget.text(Math.min(text.length, otherText.length));
    return text === otherText;
  }
  const [one, other] = [asNumeric(left), asNumeric(right)];
  if (one !== undefined && other !== undefined) return compareNumbers(one, other) === 0;
  if (Array.isArray(left) && Array.isArray(right)) {
    if (isList(left) !== isList(right) || left.length !== right.length) return false;
    return left.every((item, index) => equals(item, right[index], budget));
  }
  if (left instanceof Dict && right instanceof Dict) return equalDicts(left, right, budget);
  if (left instanceof DictView && right instanceof DictView) {
    return equalViews(left, right, budget);
  }
  if (left instanceof Range && right instanceof Range) return equalRanges(left, right);
  return left === right;
}

function equalDicts(left: Dict, right: Dict, budget: Budget): boolean {
  if (left.size !== right.size) return false;
  return [...left].every(([key, value]) => right.has(key) && equals(value, right.get(key), budget));
}

/** Keys and items are compared as sets; values are equal only to themselves. */
function equalViews(left: DictView, right: DictView, budget: Budget): boolean {
  if (left.kind === "values" || right.kind === "values") return left === right;
  if (left.size !== right.size) return false;
  const others = iterate(right, budget);
  return iterate(left, budget).every((item) => others.some((it) => equals(item, it, budget)));
}

function equalRanges(left: Range, right: Range): boolean {
  const { length } = left;
  if (length !== right.length) return false;
  return (
    length === 0n || (left.start === right.start && (length === 1n || left.step === right.step))
  );
}

/**
 * Returns a negative number when `left` is smaller, and NaN when nan is compared.
 * @throws JinjaProblem for unordered types
 */
export function order(left: Value, right: Value, budget: Budget): number {
  budget.step();
  const [one, other] = [asNumeric(left), asNumeric(right)];
  if (one !== undefined && other !== undefined) return compareNumbers(one, other);
  const [text, otherText] = [textOf(left), textOf(right)];
  if (text !== undefined && otherText !== undefined) return orderTexts(text, otherText, budget);
  const areSequences = Array.isArray(left) && Array.isArray(right);
  if (!areSequences || left instanceof Tuple !== right instanceof Tuple) {
    throw renderingProblem(`a ${typeName(left)} and a ${typeName(right)} cannot be ordered`);
  }
  const index = left.findIndex(
    (item, at) => at >= right.length || !equals(item, right[at], budget),
  );
  if (index === -1) return left.length - right.length;
  return index >= right.length ? 1 : order(left[index], right[index], budget);
}

/** Python orders texts by code points. */
function orderTexts(left: string, right: string, budget: Budget): number {
  const length = Math.min(left.length, right.length);
  budget.text(length);
  for (let at = 0; at < length; at += 1) {
    const [one, other] = [left.charCodeAt(at), right.charCodeAt(at)];
    if (one === other) continue;
    // Halves of a pair stand for code points above all others.
    const areHalves = [isHalf(one), isHalf(other)];
    if (areHalves[0] !== areHalves[1]) return areHalves[0] ? 1 : -1;
    return one - other;
  }
  return left.length - right.length;
}

function isHalf(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}

export function contains(container: Value, item: Value, budget: Budget): boolean {
  const dict =
    container instanceof DictView && container.kind === "keys" ? container.dict : container;
  if (dict instanceof Dict) {
    if (isKey(item)) return dict.has(item);
    throw renderingProblem(`a ${typeName(item)} cannot be a key of a dict`);
  }
  const text = textOf(container);
  if (text === undefined) {
    return iterate(container, budget).some((other) => equals(other, item, budget));
  }
  const part = textOf(item);
  if (part === undefined) throw renderingProblem(`a ${typeName(item)} cannot be in a str`);
  budget.text(text.length + part.length);
  return indexOf(text, part) !== -1;
}
