import type { Budget } from "../../budget.ts";
import type { BinaryOperator } from "../parse/ast.ts";
import { renderingProblem } from "../problem.ts";
import { escapeHtml } from "../python/html.ts";
import { calculate, type Numeric } from "../python/numbers.ts";
import { percentFormat } from "../python/percent-format.ts";
import { asIndex, asNumeric } from "./numeric.ts";
import { pythonText } from "./text.ts";
import { isList, Markup, Tuple, textOf, tupleOf, typeName, type Value } from "./values.ts";

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
  const [one, other] = [asNumeric(left), asNumeric(right)];
  if (one !== undefined && other !== undefined) return calculate(operator, one, other, budget);
  const result = operateOnSequences(operator, left, right, budget);
  if (result !== undefined) return result;
  throw renderingProblem(
    `"${operator}" does not accept a ${typeName(left)} and a ${typeName(right)}`,
  );
}

function operateOnSequences(
  operator: BinaryOperator,
  left: Value,
  right: Value,
  budget: Budget,
): Value {
  switch (operator) {
    case "+":
      return add(left, right, budget);
    case "*":
      return repeat(left, asIndex(right), budget) ?? repeat(right, asIndex(left), budget);
    case "%":
      return formatText(left, right, budget);
    default:
      return undefined;
  }
}

function add(left: Value, right: Value, budget: Budget): Value {
  const [text, other] = [textOf(left), textOf(right)];
  if (text !== undefined && other !== undefined) {
    if (!(left instanceof Markup) && !(right instanceof Markup)) {
      return concatenate(text, other, budget);
    }
    return new Markup(concatenate(markupText(left), markupText(right), budget));
  }
  if (!Array.isArray(left) || !Array.isArray(right) || isList(left) !== isList(right)) {
    return undefined;
  }
  budget.step(left.length + right.length);
  const items = [...Array.from(left), ...Array.from(right)];
  return isList(left) ? items : tupleOf(items);
}

/** Text that is added to Markup is escaped. */
function markupText(value: Value): string {
  return value instanceof Markup ? value.text : escapeHtml(textOf(value) ?? "");
}

function concatenate(left: string, right: string, budget: Budget): string {
  budget.text(left.length + right.length);
  return left + right;
}

function repeat(value: Value, times: bigint | undefined, budget: Budget): Value {
  if (times === undefined) return undefined;
  const count = times <= 0n ? 0 : Number(times);
  const text = textOf(value);
  if (text !== undefined) {
    // An empty text stays empty. This returns before the count can exceed the budget.
    if (text !== "") budget.text(text.length * count);
    const repeated = text === "" ? "" : text.repeat(count);
    return value instanceof Markup ? new Markup(repeated) : repeated;
  }
  if (!Array.isArray(value)) return undefined;
  budget.step(value.length * count);
  const length = value.length === 0 ? 0 : count;
  const items = Array.from({ length }, () => Array.from(value)).flat();
  return value instanceof Tuple ? tupleOf(items) : items;
}

function formatText(left: Value, right: Value, budget: Budget): Value {
  const text = textOf(left);
  if (text === undefined) return undefined;
  if (left instanceof Markup) throw renderingProblem('"%" does not accept text that is escaped');
  return percentFormat(text, right, budget);
}

/** Computes `+value` or `-value`. */
export function signed(sign: "+" | "-", value: Value): Numeric {
  const number = asNumeric(value);
  if (number === undefined)
    throw renderingProblem(`"${sign}" does not accept a ${typeName(value)}`);
  if (sign === "+") return number;
  return typeof number === "bigint" ? 0n - number : -number;
}
