import { renderingProblem } from "../problem.ts";

/** Digits of a decimal number: 0.`digits` times ten to the power of `point`. */
interface Decimal {
  readonly digits: string;
  readonly point: number;
}

/** Formats a float as Python's `repr()`: the shortest text that reads back as the same number. */
export function floatText(value: number): string {
  const special = specialText(value);
  if (special !== undefined) return special;
  const [mantissa = "", exponent = "0"] = Math.abs(value).toExponential().split("e");
  const digits = mantissa.replace(".", "");
  const point = Number(exponent) + 1;
  const sign = signOf(value);
  if (point > 16 || point < -3) return sign + withExponent(digits, point - 1);
  const text = withPoint({ digits, point });
  return sign + (text.includes(".") ? text : `${text}.0`);
}

/** Formats a float with a number of digits after the point, as `%f` does. */
export function fixedText(value: number, precision: number): string {
  const special = specialText(value);
  if (special !== undefined) return special;
  return signOf(value) + fixedDigits(Math.abs(value), precision);
}

/** Formats a float with an exponent, as `%e` does. */
export function exponentText(value: number, precision: number): string {
  const special = specialText(value);
  if (special !== undefined) return special;
  const { digits, point } = significant(Math.abs(value), precision + 1);
  return signOf(value) + withExponent(digits, Number(value) === 0 ? 0 : point - 1);
}

/**
 * Formats a float with a number of significant digits, as `%g` does: with an exponent where it is
 * less than -4 or not less than the precision.
 * @param keepZeros whether zeros at the end are kept, as with `#`
 */
export function generalText(value: number, precision: number, keepZeros: boolean): string {
  const special = specialText(value);
  if (special !== undefined) return special;
  const places = Math.max(1, precision);
  const { digits, point } = significant(Math.abs(value), places);
  const exponent = value === 0 ? 0 : point - 1;
  const kept = keepZeros ? digits : withoutZeros(digits);
  if (exponent < -4 || exponent >= places) return signOf(value) + withExponent(kept, exponent);
  return signOf(value) + withPoint({ digits: kept, point: exponent + 1 });
}

function withoutZeros(digits: string): string {
  let end = digits.length;
  while (end > 1 && digits.charAt(end - 1) === "0") end -= 1;
  return digits.slice(0, end);
}

function specialText(value: number): string | undefined {
  if (Number.isNaN(value)) return "nan";
  if (Number.isFinite(value)) return undefined;
  return value > 0 ? "inf" : "-inf";
}

function signOf(value: number): string {
  return value < 0 || Object.is(value, -0) ? "-" : "";
}

function withPoint({ digits, point }: Decimal): string {
  if (point <= 0) return `0.${"0".repeat(-point)}${digits}`;
  if (digits.length <= point) return digits + "0".repeat(point - digits.length);
  return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

function withExponent(digits: string, exponent: number): string {
  const rest = digits.slice(1);
  const power = String(Math.abs(exponent)).padStart(2, "0");
  return `${digits.charAt(0)}${rest && `.${rest}`}e${exponent < 0 ? "-" : "+"}${power}`;
}

function fixedDigits(value: number, precision: number): string {
  const digits = String(scaled(value, precision)).padStart(precision + 1, "0");
  if (precision === 0) return digits;
  return `${digits.slice(0, -precision)}.${digits.slice(-precision)}`;
}

/** Rounds to a number of significant digits. */
function significant(value: number, count: number): Decimal {
  if (value === 0) return { digits: "0".repeat(count), point: 0 };
  let point = Number(value.toExponential().split("e")[1]) + 1;
  let digits = String(scaled(value, count - point));
  // Rounding up may add a digit: 9.99 becomes 10.0.
  if (digits.length > count) {
    point += 1;
    digits = String(scaled(value, count - point));
  }
  return { digits, point };
}

/**
 * Computes value * 10 ** places exactly, and rounds half to even.
 * @param value finite and not negative
 */
export function scaled(value: number, places: number): bigint {
  if (Math.abs(places) > maxPlaces) throw renderingProblem(`more than ${maxPlaces} digits`);
  const { mantissa, exponent } = partsOf(value);
  let numerator = mantissa;
  let denominator = 1n;
  if (exponent >= 0) numerator <<= BigInt(exponent);
  else denominator <<= BigInt(-exponent);
  if (places >= 0) numerator *= 10n ** BigInt(places);
  else denominator *= 10n ** BigInt(-places);
  return divideToEven(numerator, denominator);
}

const maxPlaces = 1_000;

/** Divides numbers that are not negative, and rounds half to even. */
export function divideToEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator - quotient * denominator) * 2n;
  const isUp = twice > denominator || (twice === denominator && quotient % 2n === 1n);
  return isUp ? quotient + 1n : quotient;
}

/** Returns whole numbers so that value = mantissa * 2 ** exponent. */
export function partsOf(value: number): { mantissa: bigint; exponent: number } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  if (biased === 0) return { mantissa: fraction, exponent: -1074 };
  return { mantissa: fraction | 0x10000000000000n, exponent: biased - 1075 };
}
