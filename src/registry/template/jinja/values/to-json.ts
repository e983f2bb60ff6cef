import type { Budget } from "../../budget.ts";
import { renderingProblem } from "../problem.ts";
import { numberText } from "./text.ts";
import { asNumber, Dict, typeName, type Value } from "./values.ts";

/**
 * Implements Jinja2's `tojson`: JSON as Python writes it, with sorted keys, escapes for all characters
 * outside of ASCII, and `<`, `>`, `&`, `'` escaped for HTML.
 */
export function toJson(value: Value, indent: Value, budget: Budget): string {
  const width = asNumber(indent);
  const spaces = Math.max(0, width ?? 0);
  budget.text(spaces);
  const step = width === undefined ? undefined : " ".repeat(spaces);
  const text = write(value, step, "", budget);
  budget.text(text.length);
  return text.replace(/[<>&']/g, unicodeEscape);
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
    const items = value.map((item) => write(item, step, inner, budget));
    return enclosed("[", items, "]");
  }
  if (!(value instanceof Dict)) return writeScalar(value, budget);
  const members = Array.from(value, ([key, member]) => ({ name: String(key), member }))
    .sort((one, other) => (one.name < other.name ? -1 : 1))
    .map(
      ({ name, member }) => `${writeScalar(name, budget)}: ${write(member, step, inner, budget)}`,
    );
  return enclosed("{", members, "}");
}

function writeScalar(value: Value, budget: Budget): string {
  if (value === null || typeof value === "boolean") return String(value);
  if (typeof value === "number") return numberText(value);
  if (typeof value === "string") {
    budget.text(value.length);
    return JSON.stringify(value).replace(/[\u007f-\uffff]/g, unicodeEscape);
  }
  throw renderingProblem(`a ${typeName(value)} cannot be written as JSON`);
}

function unicodeEscape(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
