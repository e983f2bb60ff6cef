import type { Budget } from "../../budget.ts";
import { renderingProblem } from "../problem.ts";
import { Dict, type Value } from "./values.ts";

/** Formats a value as Python's `str()`, which Jinja2 prints. A missing value is empty. */
export function pythonText(value: Value, budget: Budget): string {
  if (value === undefined) return "";
  return typeof value === "string" ? value : repr(value, budget);
}

/** Formats a value as Python's `repr()`. */
function repr(value: Value, budget: Budget): string {
  budget.step();
  const text = reprOf(value, budget);
  budget.text(text.length);
  return text;
}

function reprOf(value: Value, budget: Budget): string {
  if (value === undefined) return "Undefined";
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return numberText(value);
  if (typeof value === "string") return quotedText(value);
  if (Array.isArray(value)) return `[${value.map((item) => repr(item, budget)).join(", ")}]`;
  if (!(value instanceof Dict)) return "<function>";
  const members = Array.from(
    value,
    ([key, member]) => `${repr(key, budget)}: ${repr(member, budget)}`,
  );
  return `{${members.join(", ")}}`;
}

/** Python writes an int without an exponent, and a small float with two digits of exponent. */
export function numberText(value: number): string {
  if (!Number.isFinite(value)) throw renderingProblem("a number is too large");
  if (Number.isInteger(value)) return BigInt(value).toString();
  const text = Math.abs(value) < 1e-4 ? value.toExponential() : String(value);
  return text.replace(/e([+-])(\d)$/, "e$10$2");
}

function quotedText(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/[\\'"]|[\p{C}\p{Z}]/gu, (character) => {
    if (character === " ") return character;
    if (character === "'" || character === '"') {
      return character === mark ? `\\${character}` : character;
    }
    return escapes[character] ?? escapeOf(character.codePointAt(0) ?? 0);
  });
  return mark + escaped + mark;
}

const escapes: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function escapeOf(code: number): string {
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, "0")}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\U${hex.padStart(8, "0")}`;
}
