import { renderingProblem } from "../problem.ts";
import { fixedText } from "../python/float-text.ts";
import { calculate, type Numeric, rounded, toFloat, toInt } from "../python/numbers.ts";
import { readFloat, readInt } from "../python/read-number.ts";
import { BoundArguments } from "../values/arguments.ts";
import { lengthOf } from "../values/iterate.ts";
import { asNumeric } from "../values/numeric.ts";
import { type CallArguments, isTrue, textOf, typeName, type Value } from "../values/values.ts";
import type { Filters } from "./filter.ts";

/** Jinja2's filters for numbers, and those for any value. */
export const numberFilters: Filters = {
  default: fallback,
  d: fallback,
  length: (value) => lengthOf(value),
  count: (value) => lengthOf(value),
  int(value, args) {
    const bound = new BoundArguments(args, ["default", "base"]);
    return wholeNumber(value, bound.integer("base", 10), args) ?? or(bound, 0n);
  },
  float(value, args) {
    const bound = new BoundArguments(args, ["default"]);
    return floatOf(value, args) ?? or(bound, 0);
  },
  abs(value) {
    const number = needNumber(value, "abs");
    return number < 0 || Object.is(number, -0) ? -number : number;
  },
  round(value, args) {
    const bound = new BoundArguments(args, ["precision", "method"]);
    const method = bound.text("method", "common");
    const places = bound.integer("precision", 0);
    const number = needNumber(value, "round");
    if (method === "common") return rounded(number, BigInt(places));
    if (method !== "ceil" && method !== "floor") {
      throw renderingProblem('the method of the filter "round" is common, ceil or floor');
    }
    const factor = calculate("**", 10n, BigInt(places), args.budget);
    const scaled = calculate("*", number, factor, args.budget);
    const whole = typeof scaled === "bigint" ? scaled : toInt(Math[method](scaled));
    return calculate("/", whole, factor, args.budget);
  },
  filesizeformat(value, args) {
    const isBinary = new BoundArguments(args, ["binary"]).flag("binary");
    return fileSize(toFloat(floatOf(value, args) ?? needNumber(value, "filesizeformat")), isBinary);
  },
};

function fallback(value: Value, args: CallArguments): Value {
  const bound = new BoundArguments(args, ["default_value", "boolean"]);
  const isMissing = value === undefined || (bound.flag("boolean") && !isTrue(value));
  return isMissing ? defaultOf(bound) : value;
}

function defaultOf(bound: BoundArguments): Value {
  return bound.has("default_value") ? bound.value("default_value") : "";
}

function or(bound: BoundArguments, otherwise: Value): Value {
  return bound.has("default") ? bound.value("default") : otherwise;
}

/** As Jinja2 does, reads "2.9" as 2. Undefined where it takes the default. */
function wholeNumber(value: Value, base: number, args: CallArguments): bigint | undefined {
  refuseMissing(value, "int");
  const text = textOf(value);
  const number = asNumeric(value);
  if (number !== undefined) {
    if (typeof number === "number" && Number.isNaN(number)) return undefined;
    return toInt(number);
  }
  if (text === undefined) return undefined;
  const whole = readInt(text, base, args.budget);
  if (whole !== undefined) return whole;
  const float = readFloat(text, args.budget);
  return float !== undefined && Number.isFinite(float) ? toInt(float) : undefined;
}

function floatOf(value: Value, args: CallArguments): number | undefined {
  refuseMissing(value, "float");
  const [number, text] = [asNumeric(value), textOf(value)];
  if (number !== undefined) return toFloat(number);
  return text === undefined ? undefined : readFloat(text, args.budget);
}

function refuseMissing(value: Value, filter: string): void {
  if (value === undefined) throw renderingProblem(`the filter "${filter}" got no value`);
}

function needNumber(value: Value, filter: string): Numeric {
  const number = asNumeric(value);
  if (number !== undefined) return number;
  throw renderingProblem(`the filter "${filter}" takes a number, not a ${typeName(value)}`);
}

const decimalUnits = ["kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"];
const binaryUnits = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB"];

function fileSize(bytes: number, isBinary: boolean): string {
  const base = isBinary ? 1024 : 1000;
  const units = isBinary ? binaryUnits : decimalUnits;
  if (bytes === 1) return "1 Byte";
  if (bytes < base) return `${toInt(bytes)} Bytes`;
  const index = units.findIndex((_, at) => bytes < base ** (at + 2));
  const at = index === -1 ? units.length - 1 : index;
  return `${fixedText((base * bytes) / base ** (at + 2), 1)} ${units[at]}`;
}
