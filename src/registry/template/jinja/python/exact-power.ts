import { partsOf } from "./float-text.ts";

/** Powers up to this exponent are computed exactly. */
const largestExponent = 64;

/**
 * Computes a power with a whole or half exponent, and rounds the exact result to the nearest float,
 * as the C library does. JavaScript's own result can differ in the last digit.
 * @returns undefined for all other powers
 */
export function exactPower(base: number, exponent: number): number | undefined {
  const halves = exponent * 2;
  if (!Number.isInteger(halves) || Math.abs(exponent) > largestExponent) return undefined;
  if (!Number.isFinite(base) || base === 0) return undefined;
  const { mantissa, exponent: scale } = partsOf(Math.abs(base));
  const times = BigInt(Math.abs(halves));
  const power = mantissa ** times;
  const shift = BigInt(scale) * times;
  const whole = shift >= 0n ? power << shift : power;
  const part = shift >= 0n ? 1n : 1n << (0n - shift);
  const root = halves > 0 ? rootOf(whole, part) : rootOf(part, whole);
  return base < 0 && exponent % 2 !== 0 ? -root : root;
}

/** Computes the square root of a fraction, rounded to the nearest float. */
function rootOf(numerator: bigint, denominator: bigint): number {
  const bits = numerator.toString(2).length - denominator.toString(2).length;
  // The quotient gets 140 bits or more, so its root has more than the 53 of a float.
  const shift = Math.ceil(Math.max(0, 140 - bits) / 2) * 2;
  const scaled = numerator << BigInt(shift);
  const quotient = scaled / denominator;
  const root = squareRoot(quotient);
  const isExact = root * root === quotient && quotient * denominator === scaled;
  // One bit more says that the root has further digits.
  return multiplied(Number(root * 2n + (isExact ? 0n : 1n)), -shift / 2 - 1);
}

/** In two steps, because a power of two may be too small or too large for a float itself. */
function multiplied(value: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return value * 2 ** half * 2 ** (exponent - half);
}

function squareRoot(value: bigint): bigint {
  let root = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (root + value / root) / 2n;
    if (next >= root) return root;
    root = next;
  }
}
