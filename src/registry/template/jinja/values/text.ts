import type { Budget } from "../../budget.ts";
import { renderingProblem } from "../problem.ts";
import { floatText } from "../python/float-text.ts";
import { intText } from "../python/numbers.ts";
import { textLiteral } from "../python/text-literal.ts";
import {
  Dict,
  DictView,
  JinjaObject,
  Markup,
  Namespace,
  Range,
  Tuple,
  textOf,
  typeName,
  type Value,
} from "./values.ts";

/** Formats a value as Python's `str()`, which Jinja2 prints. A missing value is empty. */
export function pythonText(value: Value, budget: Budget): string {
  if (value === undefined) return "";
  return textOf(value) ?? repr(value, budget);
}

/**
 * Formats a value as Python's `repr()`.
 * @throws JinjaProblem for a value that Python prints as an address in memory
 */
export function repr(value: Value, budget: Budget): string {
  budget.step();
  const text = reprOf(value, (inner) => repr(inner, budget));
  budget.text(text.length);
  return text;
}

function reprOf(value: Value, inside: (value: Value) => string): string {
  const text = scalarText(value) ?? sequenceText(value, inside) ?? objectText(value, inside);
  if (text !== undefined) return text;
  throw renderingProblem(
    `a ${typeName(value)} cannot be printed: add the filter "list", or call it`,
  );
}

function scalarText(value: Value): string | undefined {
  switch (typeof value) {
    case "undefined":
      return "Undefined";
    case "boolean":
      return value ? "True" : "False";
    case "bigint":
      return intText(value);
    case "number":
      return floatText(value);
    case "string":
      return textLiteral(value);
    default:
      return value === null ? "None" : undefined;
  }
}

function sequenceText(value: Value, inside: (value: Value) => string): string | undefined {
  if (value instanceof Tuple) {
    const items = Array.from(value, inside);
    return items.length === 1 ? `(${items[0]},)` : `(${items.join(", ")})`;
  }
  return Array.isArray(value) ? `[${value.map(inside).join(", ")}]` : undefined;
}

function objectText(value: Value, inside: (value: Value) => string): string | undefined {
  if (value instanceof Markup) return `Markup(${textLiteral(value.text)})`;
  if (value instanceof Dict) return dictText(value, inside);
  if (value instanceof DictView) {
    return `dict_${value.kind}([${Array.from(value, inside).join(", ")}])`;
  }
  if (value instanceof Range) {
    const step = value.step === 1n ? "" : `, ${value.step}`;
    return `range(${value.start}, ${value.stop}${step})`;
  }
  if (value instanceof Namespace) return `<Namespace ${dictText(value.attributes, inside)}>`;
  return value instanceof JinjaObject ? value.text : undefined;
}

function dictText(dict: Dict, inside: (value: Value) => string): string {
  return `{${Array.from(dict, ([key, member]) => `${inside(key)}: ${inside(member)}`).join(", ")}}`;
}
