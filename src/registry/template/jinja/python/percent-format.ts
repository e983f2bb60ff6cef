import type { Budget } from "../../budget.ts";
import { renderingProblem } from "../problem.ts";
import { asIndex, asNumeric } from "../values/numeric.ts";
import { pythonText, repr } from "../values/text.ts";
import { Dict, isList, Range, Tuple, textOf, typeName, type Value } from "../values/values.ts";
import { type FormatSpec, formatNumber, formatString, sizeOf } from "./format-spec.ts";
import { toInt } from "./numbers.ts";
import { escapeNonAscii } from "./text-literal.ts";

const directive =
  /%(?:\(((?:[^()]|\([^()]*\))*)\))?([#0\- +]*)(\*|\d+)?(?:\.(\*|\d*))?[hlL]?(.?)/gsu;

/** Implements Python's `text % values`. @throws JinjaProblem when the values do not fit the text */
export function percentFormat(text: string, values: Value, budget: Budget): string {
  budget.text(text.length);
  const given = new GivenValues(values);
  const formatted = text.replace(
    directive,
    (found, name?: string, flags = "", width?: string, precision?: string, type = "") => {
      if (type === "%" && found === "%%") return "%";
      const size = width === "*" ? given.nextSize() : sizeOf(width);
      const places = precision === "*" ? given.nextSize() : precision && sizeOf(precision);
      const value = name === undefined ? given.next() : given.named(name);
      const spec = specOf(flags, size, places === "" ? 0 : places, type);
      const part = formatOne(value, spec, budget);
      budget.text(part.length);
      return part;
    },
  );
  given.end();
  return formatted;
}

/** The values behind `%`: a tuple's items, the members of a dict, or one value. */
class GivenValues {
  readonly #values: readonly Value[];
  readonly #mapping: Dict | undefined;
  readonly #mayBeLeft: boolean;
  #at = 0;

  constructor(values: Value) {
    this.#values = values instanceof Tuple ? Array.from(values) : [values];
    this.#mapping = values instanceof Dict ? values : undefined;
    this.#mayBeLeft = values instanceof Dict || isList(values) || values instanceof Range;
  }

  next(): Value {
    if (this.#at >= this.#values.length) throw renderingProblem('there are too few values for "%"');
    this.#at += 1;
    return this.#values[this.#at - 1];
  }

  nextSize(): number {
    const size = asIndex(this.next());
    if (size === undefined) throw renderingProblem('"*" in a format needs a whole number');
    return sizeOf(String(size));
  }

  named(name: string): Value {
    if (!this.#mapping) throw renderingProblem(`"%(${name})" needs a dict`);
    if (this.#mapping.has(name)) return this.#mapping.get(name);
    throw renderingProblem(`the dict has no value for "%(${name})"`);
  }

  end(): void {
    if (this.#at < this.#values.length && !this.#mayBeLeft) {
      throw renderingProblem('there are too many values for "%"');
    }
  }
}

function specOf(
  flags: string,
  width: number,
  precision: number | undefined,
  type: string,
): FormatSpec {
  const isLeft = flags.includes("-");
  const isZero = flags.includes("0") && !isLeft && !"sra".includes(type);
  return {
    fill: isZero ? "0" : " ",
    align: isLeft ? "<" : isZero ? "=" : ">",
    sign: flags.includes("+") ? "+" : flags.includes(" ") ? " " : "-",
    alternate: flags.includes("#"),
    width,
    grouping: "",
    precision,
    type,
  };
}

function formatOne(value: Value, spec: FormatSpec, budget: Budget): string {
  switch (spec.type) {
    case "s":
      return formatString(pythonText(value, budget), spec);
    case "r":
      return formatString(repr(value, budget), spec);
    case "a":
      return formatString(escapeNonAscii(repr(value, budget)), spec);
    case "c":
      return formatString(characterOf(value), spec);
    case "d":
    case "i":
    case "u":
      return formatInt(toInt(numberOf(value, spec)), { ...spec, type: "d" });
    case "o":
    case "x":
    case "X":
      return formatInt(wholeOf(value, spec), spec);
    case "e":
    case "E":
    case "f":
    case "F":
    case "g":
    case "G":
      return formatNumber(Number(numberOf(value, spec)), spec);
    default:
      throw renderingProblem(`"%${spec.type}" is not a format`);
  }
}

/** The precision of an int is its least number of digits. */
function formatInt(value: bigint, { precision = 0, ...spec }: FormatSpec): string {
  const text = formatNumber(value, { ...spec, precision: undefined, width: 0 });
  const [, head = "", digits = ""] = /^([-+ ]?(?:0[xXob])?)(.*)$/s.exec(text) ?? [];
  const long = digits.padStart(precision, "0");
  if (spec.fill !== "0" || spec.align !== "=") {
    return formatString(head + long, { ...spec, precision: undefined });
  }
  return head + long.padStart(spec.width - head.length, "0");
}

function numberOf(value: Value, { type }: FormatSpec) {
  const number = asNumeric(value);
  if (number !== undefined) return number;
  throw renderingProblem(`"%${type}" needs a number, not a ${typeName(value)}`);
}

function wholeOf(value: Value, { type }: FormatSpec): bigint {
  const index = asIndex(value);
  if (index !== undefined) return index;
  throw renderingProblem(`"%${type}" needs a whole number, not a ${typeName(value)}`);
}

function characterOf(value: Value): string {
  const [code, text] = [asIndex(value), textOf(value)];
  if (code !== undefined && code >= 0n && code <= 0x10ffffn)
    return String.fromCodePoint(Number(code));
  if (text !== undefined && [...text].length === 1) return text;
  throw renderingProblem('"%c" needs a character');
}
