import type { Budget } from "../../budget.ts";
import { maxDigits } from "./numbers.ts";

/** Reads a text as Python's `int(text, base)` does. Undefined when it is not a number. */
export function readInt(text: string, base: number, budget: Budget): bigint | undefined {
  budget.text(text.length);
  const [, sign, unsigned = ""] = /^([+-]?)(.*)$/s.exec(text.trim().toLowerCase()) ?? [];
  const { digits, used } = withoutPrefix(unsigned, base);
  if (used < 2 || used > 36 || !/^[\da-z]+(_[\da-z]+)*$/.test(digits)) return undefined;
  const value = digitsValue(digits.replaceAll("_", ""), used);
  return value !== undefined && sign === "-" ? 0n - value : value;
}

const prefixes: ReadonlyMap<string, number> = new Map([
  ["0x", 16],
  ["0o", 8],
  ["0b", 2],
]);

/** Base 0 takes the base from the prefix. */
function withoutPrefix(text: string, base: number): { digits: string; used: number } {
  const own = prefixes.get(text.slice(0, 2));
  if (own !== undefined && (base === 0 || base === own)) {
    return { digits: text.slice(2).replace(/^_/, ""), used: own };
  }
  if (base !== 0) return { digits: text, used: base };
  // With base 0, a decimal number may not begin with a zero.
  return { digits: /^0[0_]*[1-9]/.test(text) ? "" : text, used: 10 };
}

function digitsValue(digits: string, base: number): bigint | undefined {
  if (digits.length > maxDigits) return undefined;
  let value = 0n;
  for (const digit of digits) {
    const number = Number.parseInt(digit, 36);
    if (number >= base) return undefined;
    value = value * BigInt(base) + BigInt(number);
  }
  return value;
}

/** Reads a text as Python's `float(text)` does. Undefined when it is not a number. */
export function readFloat(text: string, budget: Budget): number | undefined {
  budget.text(text.length);
  const trimmed = text.trim().toLowerCase();
  const named = /^([+-]?)(inf|infinity|nan)$/.exec(trimmed);
  if (named) {
    if (named[2] === "nan") return Number.NaN;
    return named[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  return isFloat(trimmed.replace(/^[+-]/, "")) ? Number(trimmed.replaceAll("_", "")) : undefined;
}

const digitGroups = /^\d+(?:_\d+)*$/;

/** Whether the text is digits, with a point and an exponent perhaps. */
function isFloat(text: string): boolean {
  const [mantissa = "", exponent, ...more] = text.split("e");
  const [whole = "", fraction = "", ...points] = mantissa.split(".");
  if (more.length > 0 || points.length > 0 || whole + fraction === "") return false;
  const areDigits = [whole, fraction].every((part) => part === "" || digitGroups.test(part));
  return areDigits && (exponent === undefined || digitGroups.test(exponent.replace(/^[+-]/, "")));
}
