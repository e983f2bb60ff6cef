import { renderingProblem } from "../problem.ts";
import { capitalized, replaced, strip } from "../values/methods.ts";
import { lengthOf } from "../values/operators.ts";
import { pythonText } from "../values/text.ts";
import { toJson } from "../values/to-json.ts";
import { asNumber, type CallArguments, isTrue, typeName, type Value } from "../values/values.ts";
import { type Filters, listFilters } from "./list-filters.ts";

export function hasFilter(name: string): boolean {
  return [valueFilters, textFilters, listFilters].some((filters) => Object.hasOwn(filters, name));
}

/** Applies `value | name(args)`. @throws JinjaProblem for an unknown filter */
export function applyFilter(name: string, value: Value, args: CallArguments): Value {
  for (const filters of [valueFilters, textFilters, listFilters]) {
    const filter = Object.hasOwn(filters, name) ? filters[name] : undefined;
    if (filter) {
      return filter(filters === textFilters ? asText(value, args) : value, args, applyFilter);
    }
  }
  throw renderingProblem(`there is no filter named "${name}"`);
}

function asText(value: Value, args: CallArguments): string {
  const text = pythonText(value, args.budget);
  args.budget.text(text.length);
  return text;
}

const valueFilters: Filters = {
  default: fallback,
  d: fallback,
  length: (value, args) => lengthOf(value, args.budget),
  count: (value, args) => lengthOf(value, args.budget),
  tojson: (value, args) => toJson(value, args.value(0, "indent"), args.budget),
  int: (value, args) => Math.trunc(parsedNumber(value, args) ?? args.integer(0, "default", 0)),
  float: (value, args) => parsedNumber(value, args) ?? asNumber(args.value(0, "default")) ?? 0,
  abs: (value) => Math.abs(needNumber(value, "abs")),
  round: (value, args) =>
    rounded(
      needNumber(value, "round"),
      args.integer(0, "precision", 0),
      args.text(1, "method", ""),
    ),
};

/** Filters for text. They convert any value to the text it prints as. */
const textFilters: Readonly<Record<string, (text: Value, args: CallArguments) => Value>> = {
  string: (text) => text,
  safe: (text) => text,
  upper: ofText((text) => text.toUpperCase()),
  lower: ofText((text) => text.toLowerCase()),
  capitalize: ofText(capitalized),
  title: ofText((text) => text.replace(/[^-\s({[<]+/g, capitalized)),
  trim: ofText((text, args) => strip(text, args, "both")),
  replace: ofText(replaced),
  escape: ofText(escaped),
  e: ofText(escaped),
  indent: ofText(indented),
  truncate: ofText(truncated),
  wordcount: ofText((text) => text.match(/[\p{L}\p{N}_]+/gu)?.length ?? 0),
};

function ofText(filter: (text: string, args: CallArguments) => Value) {
  return (text: Value, args: CallArguments) => filter(typeof text === "string" ? text : "", args);
}

function fallback(value: Value, args: CallArguments): Value {
  const isMissing = value === undefined || (args.flag(1, "boolean") && !isTrue(value));
  if (!isMissing) return value;
  const isGiven = args.positional.length > 0 || args.named.has("default_value");
  return isGiven ? args.value(0, "default_value") : "";
}

function parsedNumber(value: Value, { budget }: CallArguments): number | undefined {
  if (typeof value !== "string") return asNumber(value);
  budget.text(value.length);
  const number = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;
  return number.test(value.trim()) ? Number(value) : undefined;
}

function needNumber(value: Value, filter: string): number {
  const number = asNumber(value);
  if (number !== undefined) return number;
  throw renderingProblem(`the filter "${filter}" takes a number, not a ${typeName(value)}`);
}

/** Python rounds half to even. */
function rounded(number: number, precision: number, method: string): number {
  const factor = 10 ** precision;
  if (method === "ceil") return Math.ceil(number * factor) / factor;
  if (method === "floor") return Math.floor(number * factor) / factor;
  if (precision > 0) return Number(number.toFixed(Math.min(precision, 100)));
  const scaled = number * factor;
  const floor = Math.floor(scaled);
  const isUp = scaled - floor > 0.5 || (scaled - floor === 0.5 && floor % 2 !== 0);
  return (isUp ? floor + 1 : floor) / factor;
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&${htmlNames[character] ?? ""};`);
}

const htmlNames: Readonly<Record<string, string>> = {
  "&": "amp",
  "<": "lt",
  ">": "gt",
  '"': "#34",
  "'": "#39",
};

function indented(text: string, args: CallArguments): string {
  const width = args.value(0, "width") ?? 4;
  const spaces = typeof width === "string" ? 0 : Math.max(0, args.integer(0, "width", 4));
  args.budget.text(spaces);
  const indent = typeof width === "string" ? width : " ".repeat(spaces);
  const [first, blank] = [args.flag(1, "first"), args.flag(2, "blank")];
  const lines = text.split("\n");
  args.budget.text(text.length + indent.length * lines.length);
  return lines
    .map((line, index) => ((index > 0 || first) && (line !== "" || blank) ? indent + line : line))
    .join("\n");
}

function truncated(text: string, args: CallArguments): string {
  const length = args.integer(0, "length", 255);
  const end = args.text(2, "end", "...");
  if (text.length <= length + args.integer(3, "leeway", 5)) return text;
  const cut = text.slice(0, Math.max(0, length - end.length));
  if (args.flag(1, "killwords")) return cut + end;
  const space = cut.lastIndexOf(" ");
  return (space === -1 ? cut : cut.slice(0, space)) + end;
}
