import { renderingProblem } from "../problem.ts";
import { lengthOfText, sliceText } from "./code-points.ts";
import { exponentText, fixedText, floatText, generalText } from "./float-text.ts";
import type { Numeric } from "./numbers.ts";

/** A format of `%` or of `str.format`, as both have it. */
export interface FormatSpec {
  readonly fill: string;
  readonly align: "<" | ">" | "^" | "=" | undefined;
  readonly sign: "+" | "-" | " ";
  readonly alternate: boolean;
  readonly width: number;
  readonly grouping: "," | "_" | "";
  readonly precision: number | undefined;
  readonly type: string;
}

/** Longest width and precision: they would only fill space. */
const maxWidth = 100_000;

/** Parses the part of `{name:spec}` after the colon. @throws JinjaProblem */
export function parseFormatSpec(text: string): FormatSpec {
  const pattern =
    /^(?:(.)?([<>=^]))?([-+ ])?z?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([bcdeEfFgGnosxX%])?$/su;
  const found = pattern.exec(text);
  if (!found) throw renderingProblem(`"${text}" is not a format`);
  const [, fill, align, sign, alternate, zero, width, grouping, precision, type] = found;
  return {
    fill: fill ?? (zero === undefined ? " " : "0"),
    align: alignOf(align) ?? (zero === undefined ? undefined : "="),
    sign: sign === "+" || sign === " " ? sign : "-",
    alternate: alternate !== undefined,
    width: sizeOf(width),
    grouping: grouping === "," || grouping === "_" ? grouping : "",
    precision: precision === undefined ? undefined : sizeOf(precision),
    type: type ?? "",
  };
}

function alignOf(text: string | undefined): FormatSpec["align"] {
  return text === "<" || text === ">" || text === "^" || text === "=" ? text : undefined;
}

export function sizeOf(digits: string | undefined): number {
  const size = Number(digits ?? 0);
  if (size > maxWidth) throw renderingProblem(`a format may be at most ${maxWidth} wide`);
  return size;
}

export function formatString(text: string, spec: FormatSpec): string {
  if (spec.align === "=" && spec.fill !== "0") {
    throw renderingProblem('"=" is not allowed in the format of a str');
  }
  const cut = spec.precision === undefined ? text : sliceText(text, 0, spec.precision);
  return padded(cut, { ...spec, align: spec.align === "=" ? "<" : spec.align }, "<");
}

/** Formats a number by its type letter, with sign, grouping and width. */
export function formatNumber(value: Numeric, spec: FormatSpec): string {
  const { prefix, digits } = digitsOf(value, spec);
  const sign = isNegative(value) ? "-" : spec.sign === "-" ? "" : spec.sign;
  const grouped = spec.grouping === "" ? digits : groupDigits(digits, spec);
  const head = sign + prefix;
  return spec.align === "="
    ? head + filledDigits(grouped, head, spec)
    : padded(head + grouped, spec, ">");
}

function isNegative(value: Numeric): boolean {
  return value < 0 || Object.is(value, -0);
}

/** The digits without a sign. */
function digitsOf(value: Numeric, spec: FormatSpec): { prefix: string; digits: string } {
  const isInt = typeof value === "bigint" && "bcdoxXn".includes(spec.type || "d");
  if (isInt) return intDigits(value < 0n ? 0n - value : value, spec);
  return { prefix: "", digits: floatDigits(Number(value), spec).replace(/^-/, "") };
}

/** Fills up between the sign and the digits. */
function filledDigits(grouped: string, head: string, spec: FormatSpec): string {
  if (spec.grouping !== "" && spec.fill === "0") return zeroGrouped(grouped, head, spec);
  return spec.fill.repeat(Math.max(0, spec.width - lengthOfText(head + grouped))) + grouped;
}

function intDigits(value: bigint, { type, alternate }: FormatSpec) {
  switch (type) {
    case "b":
      return { prefix: alternate ? "0b" : "", digits: value.toString(2) };
    case "o":
      return { prefix: alternate ? "0o" : "", digits: value.toString(8) };
    case "x":
      return { prefix: alternate ? "0x" : "", digits: value.toString(16) };
    case "X":
      return { prefix: alternate ? "0X" : "", digits: value.toString(16).toUpperCase() };
    case "c":
      return { prefix: "", digits: String.fromCodePoint(Number(value)) };
    default:
      return { prefix: "", digits: value.toString() };
  }
}

function floatDigits(value: number, { type, precision, alternate }: FormatSpec): string {
  const places = precision ?? 6;
  switch (type) {
    case "e":
    case "E":
      return cased(exponentText(value, places), type);
    case "f":
    case "F":
      return cased(fixedText(value, places), type);
    case "g":
    case "G":
      return cased(generalText(value, places, alternate), type);
    case "%":
      return `${fixedText(value * 100, places)}%`;
    case "":
    case "n":
      if (precision === undefined)
        return type === "" ? floatText(value) : generalText(value, 6, false);
      return type === ""
        ? withPoint(generalText(value, precision, alternate), precision)
        : generalText(value, precision, alternate);
    default:
      throw renderingProblem(`"${type}" is not a format of a float`);
  }
}

/** Without a type, a float keeps a digit after its point. */
function withPoint(text: string, precision: number): string {
  const isWhole = /^-?\d+$/.test(text) && text.replace("-", "").length < precision;
  return isWhole ? `${text}.0` : text;
}

function cased(text: string, type: string): string {
  return type === type.toUpperCase() ? text.toUpperCase() : text;
}

function groupDigits(digits: string, { grouping, type }: FormatSpec): string {
  const [, whole = "", rest = ""] = /^(\w*)(.*)$/s.exec(digits) ?? [];
  const size = "boxX".includes(type) && type !== "" ? 4 : 3;
  const parts: string[] = [];
  for (let end = whole.length; end > 0; end -= size) {
    parts.unshift(whole.slice(Math.max(0, end - size), end));
  }
  return parts.join(grouping) + rest;
}

/** Fills with zeros that are grouped as the digits are. */
function zeroGrouped(grouped: string, head: string, spec: FormatSpec): string {
  const [, whole = "", rest = ""] = /^([\w,]*)(.*)$/s.exec(grouped) ?? [];
  const plain = whole.replaceAll(spec.grouping, "");
  let zeros = 0;
  let text = grouped;
  while (lengthOfText(head + text) < spec.width) {
    zeros += 1;
    text = groupDigits("0".repeat(zeros) + plain, spec) + rest;
  }
  return text;
}

function padded(text: string, { fill, align, width }: FormatSpec, fallback: "<" | ">"): string {
  const missing = Math.max(0, width - lengthOfText(text));
  const before =
    (align ?? fallback) === ">" ? missing : align === "^" ? Math.floor(missing / 2) : 0;
  return fill.repeat(before) + text + fill.repeat(missing - before);
}
