import type { Budget } from "../../budget.ts";
import { renderingProblem } from "../problem.ts";
import { floatText } from "../python/float-text.ts";
import { intText } from "../python/numbers.ts";
import { order } from "./compare.ts";
import { asIndex } from "./numeric.ts";
import { Dict, type DictKey, Tuple, textOf, typeName, type Value } from "./values.ts";

/**
 * Implements Jinja2's `tojson`: JSON as Python writes it, with sorted keys, escapes for all characters
 * outside of ASCII, and `<`, `>`, `&`, `'` escaped for HTML.
 * @param indent spaces a level, or the text of a level; None and a missing value mean one line
 */
export function toJson(value: Value, indent: Value, budget: Budget): string {
  const text = write(value, stepOf(indent, budget), "", budget);
  budget.text(text.length);
  return text.replace(/[<>&']/g, unicodeEscape);
}

function stepOf(indent: Value, budget: Budget): string | undefined {
  if (indent === undefined || indent === null) return undefined;
  const own = textOf(indent);
  if (own !== undefined) return own;
  const width = asIndex(indent);
  if (width === undefined)
    throw renderingProblem('the filter "tojson" needs a whole number as "indent"');
  const spaces = Number(width < 0n ? 0n : width);
  budget.text(spaces);
  return " ".repeat(spaces);
}

function write(value: Value, step: string | undefined, margin: string, budget: Budget): string {
  budget.step();
  const inner = margin + (step ?? "");
  const enclosed = (open: string, items: readonly string[], close: string) => {
    if (items.length === 0) return open + close;
    budget.text(items.reduce((sum, item) => sum + item.length + inner.length + 2, 0));
    if (step === undefined) return open + items.join(", ") + close;
    return `${open}\n${inner}${items.join(`,\n${inner}`)}\n${margin}${close}`;
  };
  if (Array.isArray(value)) {
    const items = Array.from(value, (item) => write(item, step, inner, budget));
    return enclosed("[", items, "]");
  }
  if (!(value instanceof Dict)) return writeScalar(value, budget);
  const members = [...value]
    .sort(([one], [other]) => order(one, other, budget))
    .map(([key, member]) => `${writeKey(key, budget)}: ${write(member, step, inner, budget)}`);
  return enclosed("{", members, "}");
}

function writeKey(key: DictKey, budget: Budget): string {
  if (key instanceof Tuple || key === undefined) {
    throw renderingProblem(`a ${typeName(key)} cannot be a key in JSON`);
  }
  const text = textOf(key) ?? writeScalar(key, budget);
  return writeScalar(text, budget);
}

function writeScalar(value: Value, budget: Budget): string {
  if (typeof value === "bigint") return intText(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") {
    if (Number.isFinite(value)) return floatText(value);
    return Number.isNaN(value) ? "NaN" : value > 0 ? "Infinity" : "-Infinity";
  }
  const text = textOf(value);
  if (text === undefined) throw renderingProblem(`a ${typeName(value)} cannot be written as JSON`);
  budget.text(text.length);
  return JSON.stringify(text).replace(/[\u007f-\uffff]/g, (unit) =>
    unit === "\u007f" ? unit : unicodeEscape(unit),
  );
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
