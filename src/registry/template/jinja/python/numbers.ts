import type { Budget } from "../../budget.ts";
import type { BinaryOperator } from "../parse/ast.ts";
import { renderingProblem } from "../problem.ts";
import { exactPower } from "./exact-power.ts";
import { divideToEven, scaled } from "./float-text.ts";

/** An `int` or a `float`. */
export type Numeric = bigint | number;

/** Digits of the longest int that Python 3.11 and later print. */
export const maxDigits = 4_300;
const maxBits = 15_000;
const firstTooLong = 10n ** BigInt(maxDigits);

export function isPrintable(value: bigint): boolean {
  return value < firstTooLong && value > -firstTooLong;
}

/** @throws JinjaProblem for an int that Python does not print */
export function intText(value: bigint): string {
  if (isPrintable(value)) return value.toString();
  throw renderingProblem(`a whole number with more than ${maxDigits} digits cannot be printed`);
}

type Arithmetic = Exclude<BinaryOperator, "~">;

/** Computes `left operator right` as Python does. @throws JinjaProblem */
export function calculate(
  operator: Arithmetic,
  left: Numeric,
  right: Numeric,
  budget: Budget,
): Numeric {
  if ((operator === "/" || operator === "//" || operator === "%") && isZero(right)) {
    throw renderingProblem("division by zero");
  }
  if (typeof left === "bigint" && typeof right === "bigint") {
    return limited(calculateInts(operator, left, right, budget));
  }
  return calculateFloats(operator, toFloat(left), toFloat(right));
}

function calculateInts(operator: Arithmetic, left: bigint, right: bigint, budget: Budget): Numeric {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return divideInts(left, right);
    case "//":
      return floorDivide(left, right);
    case "%":
      return left - right * floorDivide(left, right);
    case "**":
      return power(left, right, budget);
  }
}

function limited(value: Numeric): Numeric {
  if (typeof value === "bigint" && BigInt.asIntN(maxBits, value) !== value) {
    throw renderingProblem(`a whole number has more than ${maxDigits} digits`);
  }
  return value;
}

export function floorDivide(left: bigint, right: bigint): bigint {
  const quotient = left / right;
  return quotient * right !== left && left < 0n !== right < 0n ? quotient - 1n : quotient;
}

function power(base: bigint, exponent: bigint, budget: Budget): Numeric {
  if (exponent < 0n) return calculateFloats("**", toFloat(base), toFloat(exponent));
  const bits = BigInt(base.toString(2).length) * exponent;
  if (bits > BigInt(maxBits) && base !== 0n && base !== 1n && base !== -1n) {
    throw renderingProblem(`a whole number has more than ${maxDigits} digits`);
  }
  budget.step(Number(bits) / 64);
  return base ** exponent;
}

/** Divides as Python does: the nearest float of the exact quotient. */
function divideInts(left: bigint, right: bigint): number {
  if (isSafe(left) && isSafe(right)) return Number(left) / Number(right);
  const isNegative = left < 0n !== right < 0n;
  const [one, other] = [absolute(left), absolute(right)];
  // 64 bits of the quotient, and a last bit that says whether there are more.
  const shift = 66 - (one.toString(2).length - other.toString(2).length);
  const [numerator, denominator] =
    shift > 0 ? [one << BigInt(shift), other] : [one, other << BigInt(-shift)];
  const quotient = numerator / denominator;
  const rest = quotient * denominator === numerator ? 0n : 1n;
  const result = Number(quotient | rest) * 2 ** -shift;
  if (!Number.isFinite(result)) throw renderingProblem("a whole number is too large for a float");
  return isNegative ? 0 - result : result;
}

function isSafe(value: bigint): boolean {
  return BigInt.asIntN(54, value) === value;
}

function absolute(value: bigint): bigint {
  return value < 0n ? 0n - value : value;
}

function calculateFloats(operator: Arithmetic, left: number, right: number): number {
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
      return divideFloats(left, right).quotient;
    case "%":
      return divideFloats(left, right).rest;
    case "**":
      return powerOfFloats(left, right);
  }
}

/** Divides as Python's `divmod` of floats: the rest has the sign of the divisor. */
function divideFloats(left: number, right: number): { quotient: number; rest: number } {
  let rest = left % right;
  let quotient = (left - rest) / right;
  if (rest === 0) rest = right < 0 ? -0 : 0;
  else if (right < 0 !== rest < 0) {
    rest += right;
    quotient -= 1;
  }
  // A quotient of zero has the sign of the division.
  if (quotient === 0) return { quotient: 1 / (left / right) < 0 ? -0 : 0, rest };
  const floor = Math.floor(quotient);
  return { quotient: quotient - floor > 0.5 ? floor + 1 : floor, rest };
}

function powerOfFloats(base: number, exponent: number): number {
  if (base === 0 && exponent < 0) throw renderingProblem("0 to a negative power");
  if (base === 1 || exponent === 0) return 1;
  if (base === -1 && !Number.isFinite(exponent) && !Number.isNaN(exponent)) return 1;
  if (base < 0 && Number.isFinite(base) && Number.isFinite(exponent) && !Number.isInteger(exponent))
    throw renderingProblem("complex numbers are not supported");
  const result = exactPower(base, exponent) ?? base ** exponent;
  if (!Number.isFinite(result) && Number.isFinite(base) && Number.isFinite(exponent)) {
    throw renderingProblem("a number is too large for a float");
  }
  return result;
}

/** @throws JinjaProblem for an int that is too large */
export function toFloat(value: Numeric): number {
  const float = Number(value);
  if (typeof value === "number" || Number.isFinite(float)) return float;
  throw renderingProblem("a whole number is too large for a float");
}

/** Converts a float to an int by leaving out its fraction. @throws JinjaProblem */
export function toInt(value: Numeric): bigint {
  if (typeof value === "bigint") return value;
  if (Number.isFinite(value)) return BigInt(Math.trunc(value));
  throw renderingProblem("infinity and nan are no whole numbers");
}

/** Implements Python's `round(value, places)`. */
export function rounded(value: Numeric, places: bigint): Numeric {
  if (typeof value === "bigint") {
    if (places >= 0n) return value;
    if (places < -BigInt(maxDigits)) return 0n;
    const unit = 10n ** (0n - places);
    const near = divideToEven(absolute(value), unit) * unit;
    return value < 0n ? 0n - near : near;
  }
  if (!Number.isFinite(value) || value === 0 || places > 323n) return value;
  if (places < -308n) return value < 0 ? -0 : 0;
  const digits = scaled(Math.abs(value), Number(places));
  const near = Number(`${digits}e${0n - places}`);
  if (!Number.isFinite(near)) throw renderingProblem("a number is too large for a float");
  return value < 0 ? -near : near;
}

/** Returns a negative number when `left` is smaller, and NaN when one of them is nan. */
export function compareNumbers(left: Numeric, right: Numeric): number {
  if (left < right) return -1;
  if (left > right) return 1;
  return Number.isNaN(left) || Number.isNaN(right) ? Number.NaN : 0;
}

function isZero(value: Numeric): boolean {
  return value === 0n || value === 0;
}
