import type { Budget } from "../../budget.ts";
import type { BinaryOperator, CompareOperator } from "../parse/ast.ts";
import { renderingProblem } from "../problem.ts";
import { indexOf } from "./find-text.ts";
import { pythonText } from "./text.ts";
import { asNumber, Dict, typeName, type Value } from "./values.ts";

/** Computes `left operator right`. @throws JinjaProblem when the operator does not accept the types */
export function operate(
  operator: BinaryOperator,
  left: Value,
  right: Value,
  budget: Budget,
): Value {
  if (operator === "~") {
    return concatenate(pythonText(left, budget), pythonText(right, budget), budget);
  }
  const [one, other] = [asNumber(left), asNumber(right)];
  if (one !== undefined && other !== undefined) return calculate(operator, one, other);
  const result = operator === "+" ? add(left, right, budget) : undefined;
  const repeated =
    operator === "*" ? (repeat(left, other, budget) ?? repeat(right, one, budget)) : result;
  if (repeated !== undefined) return repeated;
  throw renderingProblem(
    `"${operator}" does not accept a ${typeName(left)} and a ${typeName(right)}`,
  );
}

function calculate(operator: BinaryOperator, left: number, right: number): number {
  if (right === 0 && ["/", "//", "%"].includes(operator)) {
    throw renderingProblem("division by zero");
  }
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return left / right;
    case "//":
      return Math.floor(left / right);
    case "%":
      return left - right * Math.floor(left / right);
    default:
      return left ** right;
  }
}

function add(left: Value, right: Value, budget: Budget): Value {
  if (typeof left === "string" && typeof right === "string") {
    return concatenate(left, right, budget);
  }
  if (!Array.isArray(left) || !Array.isArray(right)) return undefined;
  budget.step(left.length + right.length);
  return [...left, ...right];
}

function concatenate(left: string, right: string, budget: Budget): string {
  budget.text(left.length + right.length);
  return left + right;
}

function repeat(value: Value, times: number | undefined, budget: Budget): Value {
  if (times === undefined) return undefined;
  const count = Math.max(0, Math.trunc(times));
  if (typeof value === "string") {
    // An empty text stays empty. This returns before the count can exceed the budget.
    if (value === "") return "";
    budget.text(value.length * count);
    return value.repeat(count);
  }
  if (!Array.isArray(value)) return undefined;
  if (value.length === 0) return [];
  budget.step(value.length * count);
  return Array.from({ length: count }, () => value).flat();
}

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
  if (typeof left === "string" && typeof right === "string") {
    budget.text(Math.min(left.length, right.length));
    return left === right;
  }
  const [one, other] = [asNumber(left), asNumber(right)];
  if (one !== undefined && other !== undefined) return one === other;
  if (Array.isArray(left) && Array.isArray(right)) {
    if (left.length !== right.length) return false;
    return left.every((item, index) => equals(item, right[index], budget));
  }
  if (!(left instanceof Dict && right instanceof Dict)) return left === right;
  if (left.size !== right.size) return false;
  return [...left].every(([key, value]) => right.has(key) && equals(value, right.get(key), budget));
}

/** Returns a negative number when `left` is smaller. @throws JinjaProblem for unordered types */
export function order(left: Value, right: Value, budget: Budget): number {
  budget.step();
  const [one, other] = [asNumber(left), asNumber(right)];
  if (one !== undefined && other !== undefined) return one - other;
  if (typeof left === "string" && typeof right === "string") {
    budget.text(Math.min(left.length, right.length));
    return left < right ? -1 : Number(left > right);
  }
  if (!Array.isArray(left) || !Array.isArray(right)) {
    throw renderingProblem(`a ${typeName(left)} and a ${typeName(right)} cannot be ordered`);
  }
  const index = left.findIndex(
    (item, at) => at >= right.length || !equals(item, right[at], budget),
  );
  if (index === -1) return left.length - right.length;
  return index >= right.length ? 1 : order(left[index], right[index], budget);
}

export function contains(container: Value, item: Value, budget: Budget): boolean {
  if (container instanceof Dict) return isKey(item) && container.has(item);
  if (typeof container !== "string") {
    return iterate(container, budget).some((other) => equals(other, item, budget));
  }
  if (typeof item !== "string") {
    throw renderingProblem(`a ${typeName(item)} cannot be in a str`);
  }
  budget.text(container.length + item.length);
  return indexOf(container, item) !== -1;
}

/** Returns the items of a value: characters of a text, keys of a dict, none for a missing value. */
export function iterate(value: Value, budget: Budget): readonly Value[] {
  if (value === undefined) return [];
  if (typeof value === "string" || Array.isArray(value)) {
    budget.step(value.length);
    return [...value];
  }
  if (!(value instanceof Dict)) {
    throw renderingProblem(`a ${typeName(value)} cannot be iterated`);
  }
  budget.step(value.size);
  return [...value.keys()];
}

export function lengthOf(value: Value, budget: Budget): number {
  return value instanceof Dict ? value.size : iterate(value, budget).length;
}

export function isKey(value: Value): value is string | number | boolean | null {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}
