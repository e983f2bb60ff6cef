import type { Budget } from "../../budget.ts";
import { renderingProblem } from "../problem.ts";
import { asNumeric } from "../values/numeric.ts";
import { pythonText, repr } from "../values/text.ts";
import { type CallArguments, Markup, textOf, typeName, type Value } from "../values/values.ts";
import { formatNumber, formatString, parseFormatSpec } from "./format-spec.ts";
import { escapeNonAscii } from "./text-literal.ts";

/**
 * Implements Python's `text.format(...)`.
 * @param escapeText what happens to inserted text that is not marked as safe
 * @throws JinjaProblem when the values do not fit the text
 */
export function strFormat(
  text: string,
  args: CallArguments,
  member: MemberOf,
  escapeText: (text: string) => string = (plain) => plain,
): string {
  return new Formatter(args, member, escapeText).format(text, 0);
}

/** Evaluates `target.key`, or `target[key]`. */
type MemberOf = (target: Value, key: Value, dotted: boolean, budget: Budget) => Value;

class Formatter {
  readonly #args: CallArguments;
  readonly #member: MemberOf;
  readonly #escape: (text: string) => string;
  readonly #budget: Budget;
  #next = 0;
  #isNumbered: boolean | undefined;

  constructor(args: CallArguments, member: MemberOf, escapeText: (text: string) => string) {
    this.#args = args;
    this.#escape = escapeText;
    this.#member = member;
    this.#budget = args.budget;
  }

  /** @param depth 1 inside of a format, which may hold fields of its own */
  format(text: string, depth: number): string {
    if (depth > 1) throw renderingProblem("a format is nested too deeply");
    this.#budget.text(text.length);
    let formatted = "";
    let at = 0;
    while (at < text.length) {
      const character = text.charAt(at);
      if ((character === "{" || character === "}") && text.charAt(at + 1) === character) {
        formatted += character;
        at += 2;
      } else if (character === "{") {
        const end = endOfField(text, at);
        formatted += this.#field(text.slice(at + 1, end), depth);
        at = end + 1;
      } else if (character === "}") {
        throw renderingProblem('format() found a "}" without its "{"');
      } else {
        formatted += character;
        at += 1;
      }
    }
    return formatted;
  }

  #field(field: string, depth: number): string {
    const [, path = "", conversion, spec = ""] =
      /^((?:\[[^\]]*\]|[^[:!])*)(?:!(.))?(?::(.*))?$/s.exec(field) ?? [undefined, undefined];
    if (path === undefined) throw renderingProblem(`format() cannot read "{${field}}"`);
    const value = this.#convert(this.#lookup(path), conversion);
    const plain = formatValue(value, this.format(spec, depth + 1), this.#budget);
    const part = value instanceof Markup ? plain : this.#escape(plain);
    this.#budget.text(part.length);
    return part;
  }

  #lookup(path: string): Value {
    const [, first = "", rest = ""] = /^([^.[]*)(.*)$/s.exec(path) ?? [];
    let value = this.#argument(first);
    for (const { key, isAttribute } of stepsIn(rest)) {
      value = this.#member(value, key, isAttribute, this.#budget);
      if (value === undefined) throw renderingProblem(`format() finds no "${path}"`);
    }
    return value;
  }

  #argument(name: string): Value {
    const isNumber = name === "" || /^\d+$/.test(name);
    if (!isNumber) {
      if (this.#args.named.has(name)) return this.#args.named.get(name);
      throw renderingProblem(`format() needs the argument "${name}"`);
    }
    if (this.#isNumbered !== undefined && this.#isNumbered !== (name !== "")) {
      throw renderingProblem("format() cannot mix {} and {0}");
    }
    this.#isNumbered = name !== "";
    const index = name === "" ? this.#next : Number(name);
    if (name === "") this.#next += 1;
    if (index < this.#args.positional.length) return this.#args.positional[index];
    throw renderingProblem("format() needs more arguments");
  }

  #convert(value: Value, conversion: string | undefined): Value {
    switch (conversion) {
      case undefined:
        return value;
      case "s":
        return pythonText(value, this.#budget);
      case "r":
        return repr(value, this.#budget);
      case "a":
        return escapeNonAscii(repr(value, this.#budget));
      default:
        throw renderingProblem(`"!${conversion}" is not a conversion`);
    }
  }
}

/** Reads `.name` and `[key]` one after the other. */
function stepsIn(path: string): { readonly key: Value; readonly isAttribute: boolean }[] {
  const steps: { key: Value; isAttribute: boolean }[] = [];
  let at = 0;
  while (at < path.length) {
    const isAttribute = path.charAt(at) === ".";
    const end = isAttribute ? endOfName(path, at + 1) : path.indexOf("]", at);
    const name = path.slice(at + 1, end);
    if (end === -1 || name === "") throw renderingProblem(`format() cannot read "${path}"`);
    const isIndex = !isAttribute && /^\d+$/.test(name);
    steps.push({ key: isIndex ? BigInt(name) : name, isAttribute });
    at = isAttribute ? end : end + 1;
  }
  return steps;
}

function endOfName(path: string, from: number): number {
  let end = from;
  while (end < path.length && !".[".includes(path.charAt(end))) end += 1;
  return end;
}

/** Returns the position of the brace that closes the field at `open`. */
function endOfField(text: string, open: number): number {
  let depth = 0;
  for (let at = open; at < text.length; at += 1) {
    if (text.charAt(at) === "{") depth += 1;
    if (text.charAt(at) === "}") depth -= 1;
    if (depth === 0) return at;
  }
  throw renderingProblem('format() found a "{" without its "}"');
}

function formatValue(value: Value, spec: string, budget: Budget): string {
  if (spec === "") return pythonText(value, budget);
  const parsed = parseFormatSpec(spec);
  const text = textOf(value);
  if (text !== undefined) {
    if (!["", "s"].includes(parsed.type)) {
      throw renderingProblem(`"${parsed.type}" is not a format of a str`);
    }
    return formatString(text, parsed);
  }
  const number = asNumeric(value);
  if (number === undefined) {
    throw renderingProblem(`a ${typeName(value)} has no format "${spec}"`);
  }
  if (typeof value === "boolean" && parsed.type === "") {
    return formatString(value ? "True" : "False", parsed);
  }
  return formatNumber(number, parsed);
}
