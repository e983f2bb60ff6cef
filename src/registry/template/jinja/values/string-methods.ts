import { indexOf, pieces } from "../../../text/find-text.ts";
import { pythonSpace } from "../../python-space.ts";
import { renderingProblem } from "../problem.ts";
import * as caseOf from "../python/case.ts";
import { lengthOfText, pointIndex, sliceText } from "../python/code-points.ts";
import { expandTabs, linesOf, padText, splitText, stripText } from "../python/text-parts.ts";
import { BoundArguments } from "./arguments.ts";
import { iterate } from "./iterate.ts";
import { type CallArguments, Tuple, textOf, tupleOf, typeName, type Value } from "./values.ts";

export type StringMethod = (text: string, args: CallArguments) => Value;

/** Methods without arguments. */
const plain: Readonly<Record<string, (text: string) => Value>> = {
  upper: (text) => text.toUpperCase(),
  lower: (text) => text.toLowerCase(),
  title: caseOf.titleWords,
  capitalize: caseOf.capitalize,
  swapcase: caseOf.swapCase,
  casefold: caseOf.foldCase,
  islower: caseOf.isLowerText,
  isupper: caseOf.isUpperText,
  istitle: caseOf.isTitleText,
  isalpha: (text) => /^\p{L}+$/u.test(text),
  isalnum: (text) => /^[\p{L}\p{N}]+$/u.test(text),
  isdigit: (text) => /^[\p{Nd}¹²³⁰⁴-⁹₀-₉①-⑨]+$/u.test(text),
  isdecimal: (text) => /^\p{Nd}+$/u.test(text),
  isnumeric: (text) => /^[\p{N}〇一二三四五六七八九十百千万億兆]+$/u.test(text),
  isspace: (text) => text !== "" && new RegExp(`^${pythonSpace}+$`).test(text),
  isprintable: (text) => !/[\p{C}\p{Z}]/u.test(text.replaceAll(" ", "")),
  isascii: (text) => !/[^\0-\u007f]/.test(text),
  isidentifier: (text) => /^[\p{ID_Start}_]\p{ID_Continue}*$/u.test(text),
};

const withArguments: Readonly<Record<string, StringMethod>> = {
  strip: (text, args) => stripText(text, charactersOf(args), "both"),
  lstrip: (text, args) => stripText(text, charactersOf(args), "start"),
  rstrip: (text, args) => stripText(text, charactersOf(args), "end"),
  split: (text, args) => splitBy(text, args, false),
  rsplit: (text, args) => splitBy(text, args, true),
  splitlines(text, args) {
    const bound = new BoundArguments(args, ["keepends"]);
    return linesOf(text, bound.flag("keepends"));
  },
  partition: (text, args) => parted(text, args, (part) => indexOf(text, part)),
  rpartition: (text, args) => parted(text, args, (part) => text.lastIndexOf(part)),
  replace(text, args) {
    const bound = new BoundArguments(args, ["old", "new", "count"], 2);
    return replaced(text, bound.text("old"), bound.text("new"), bound.integer("count", -1), args);
  },
  join: (text, args) => {
    const bound = new BoundArguments(args, ["iterable"], 1);
    return joined(iterate(bound.value("iterable"), args.budget), text, args);
  },
  startswith: (text, args) => isAffix(text, args, (part, other) => part.startsWith(other)),
  endswith: (text, args) => isAffix(text, args, (part, other) => part.endsWith(other)),
  find: (text, args) => position(text, args, indexOf),
  rfind: (text, args) => position(text, args, (part, other) => part.lastIndexOf(other)),
  index: (text, args) => needed(position(text, args, indexOf), args),
  rindex: (text, args) =>
    needed(
      position(text, args, (part, other) => part.lastIndexOf(other)),
      args,
    ),
  count(text, args) {
    const { part, other } = searched(text, args);
    if (other === "") return BigInt(lengthOfText(part) + 1);
    return BigInt(pieces(part, other).length - 1);
  },
  removeprefix(text, args) {
    const prefix = new BoundArguments(args, ["prefix"], 1).text("prefix");
    return text.startsWith(prefix) ? text.slice(prefix.length) : text;
  },
  removesuffix(text, args) {
    const suffix = new BoundArguments(args, ["suffix"], 1).text("suffix");
    const isFound = suffix !== "" && text.endsWith(suffix);
    return isFound ? text.slice(0, -suffix.length) : text;
  },
  zfill(text, args) {
    const width = widthOf(args, ["width"]).width;
    const [, sign = "", digits = ""] = /^([+-]?)(.*)$/s.exec(text) ?? [];
    return sign + "0".repeat(Math.max(0, width - lengthOfText(text))) + digits;
  },
  center(text, args) {
    const { width, fill } = widthOf(args, ["width", "fillchar"]);
    return padText(text, width, fill, "center");
  },
  ljust(text, args) {
    const { width, fill } = widthOf(args, ["width", "fillchar"]);
    return padText(text, width, fill, "end");
  },
  rjust(text, args) {
    const { width, fill } = widthOf(args, ["width", "fillchar"]);
    return padText(text, width, fill, "start");
  },
  expandtabs(text, args) {
    const size = new BoundArguments(args, ["tabsize"]).integer("tabsize", 8);
    args.budget.text(text.length * Math.max(1, size));
    return expandTabs(text, size);
  },
};

/** Returns a method of `str`; undefined when there is none of this name here. */
export function stringMethod(name: string): StringMethod | undefined {
  if (Object.hasOwn(plain, name)) {
    return (text, args) => {
      new BoundArguments(args, []);
      return plain[name]?.(text);
    };
  }
  return Object.hasOwn(withArguments, name) ? withArguments[name] : undefined;
}

function charactersOf(args: CallArguments): string | undefined {
  const bound = new BoundArguments(args, ["chars"]);
  return bound.isGiven("chars") ? bound.text("chars") : undefined;
}

function splitBy(text: string, args: CallArguments, fromEnd: boolean): Value {
  const bound = new BoundArguments(args, ["sep", "maxsplit"]);
  const separator = bound.isGiven("sep") ? bound.text("sep") : undefined;
  if (separator === "")
    throw renderingProblem(`${args.callee} needs a separator that is not empty`);
  args.budget.step(text.length);
  return splitText(text, separator, bound.integer("maxsplit", -1), fromEnd);
}

function parted(text: string, args: CallArguments, find: (part: string) => number): Value {
  const separator = new BoundArguments(args, ["sep"], 1).text("sep");
  if (separator === "")
    throw renderingProblem(`${args.callee} needs a separator that is not empty`);
  const at = find(separator);
  if (at !== -1) {
    return tupleOf([text.slice(0, at), separator, text.slice(at + separator.length)]);
  }
  return tupleOf(args.callee.startsWith("r") ? ["", "", text] : [text, "", ""]);
}

/** Replaces at most `count` times; a negative count means all. */
export function replaced(
  text: string,
  old: string,
  replacement: string,
  count: number,
  { budget }: CallArguments,
): string {
  budget.text(old.length);
  const found = old === "" ? ["", ...text, ""] : pieces(text, old);
  const times = Math.min(count < 0 ? found.length : count, found.length - 1);
  budget.text(text.length + times * replacement.length);
  const [changed, rest] = [found.slice(0, times), found.slice(times)];
  return [...changed, rest.join(old)].join(replacement);
}

export function joined(items: readonly Value[], separator: string, args: CallArguments): string {
  const texts = items.map((item) => {
    const text = textOf(item);
    if (text !== undefined) return text;
    throw renderingProblem(
      `join() takes strings, not a ${typeName(item)}; the filter join takes any values`,
    );
  });
  args.budget.text(texts.reduce((sum, text) => sum + text.length + separator.length, 0));
  return texts.join(separator);
}

function isAffix(
  text: string,
  args: CallArguments,
  matches: (part: string, affix: string) => boolean,
): boolean {
  const bound = new BoundArguments(args, ["prefix", "start", "end"], 1);
  const given = bound.value("prefix");
  const affixes = given instanceof Tuple ? Array.from(given) : [given];
  const { part, isBehind } = range(text, bound);
  return affixes.some((affix) => {
    const other = textOf(affix);
    if (other === undefined) {
      throw renderingProblem(`${args.callee} needs a str or a tuple of them`);
    }
    args.budget.text(other.length);
    return !isBehind && matches(part, other);
  });
}

/** The part of the text from `start` to `end`. */
function range(text: string, bound: BoundArguments) {
  const length = lengthOfText(text);
  const start = bound.isGiven("start") ? bound.integer("start") : 0;
  const end = bound.isGiven("end") ? bound.integer("end") : length;
  const from = start < 0 ? Math.max(0, start + length) : start;
  const to = end < 0 ? Math.max(0, end + length) : Math.min(end, length);
  return { part: sliceText(text, from, Math.max(from, to)), from, isBehind: from > to };
}

function searched(text: string, args: CallArguments) {
  const bound = new BoundArguments(args, ["sub", "start", "end"], 1);
  const other = bound.text("sub");
  args.budget.text(other.length);
  return { ...range(text, bound), other };
}

function position(
  text: string,
  args: CallArguments,
  find: (part: string, other: string) => number,
): bigint {
  const { part, from, isBehind, other } = searched(text, args);
  const at = isBehind ? -1 : find(part, other);
  return BigInt(at === -1 ? -1 : from + pointIndex(part, at));
}

function needed(at: bigint, { callee }: CallArguments): bigint {
  if (at !== -1n) return at;
  throw renderingProblem(`${callee} did not find the text`);
}

function widthOf(args: CallArguments, names: readonly string[]) {
  const bound = new BoundArguments(args, names, 1);
  const width = bound.integer("width");
  const fill = names.includes("fillchar") ? bound.text("fillchar", " ") : "0";
  if (lengthOfText(fill) !== 1) throw renderingProblem(`${args.callee} needs one character`);
  args.budget.text(Math.max(0, width));
  return { width, fill };
}
