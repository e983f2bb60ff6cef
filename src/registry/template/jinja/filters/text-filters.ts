import { renderingProblem } from "../problem.ts";
import { capitalize } from "../python/case.ts";
import { lengthOfText, sliceText } from "../python/code-points.ts";
import { percentFormat } from "../python/percent-format.ts";
import { prettyText } from "../python/pretty-text.ts";
import { linesOf, padText, splitText, stripText } from "../python/text-parts.ts";
import { wrapText } from "../python/text-wrap.ts";
import { BoundArguments } from "../values/arguments.ts";
import { lengthOf } from "../values/iterate.ts";
import { replaced } from "../values/string-methods.ts";
import { type CallArguments, Dict, Markup, textOf, tupleOf, type Value } from "../values/values.ts";
import { type Filters, keepMark, printedText } from "./filter.ts";

/** Jinja2's filters for text. They take any value as the text that it prints as. */
export const textFilters: Filters = {
  string: (value, args) => (value instanceof Markup ? value : printedText(value, none(args))),
  upper: (value, args) => keepMark(value, printedText(value, none(args)).toUpperCase()),
  lower: (value, args) => keepMark(value, printedText(value, none(args)).toLowerCase()),
  capitalize: (value, args) => keepMark(value, capitalize(printedText(value, none(args)))),
  title: (value, args) => titled(printedText(value, none(args))),
  wordcount: (value, args) =>
    BigInt(printedText(value, none(args)).match(/[\p{L}\p{N}_]+/gu)?.length ?? 0),
  trim(value, args) {
    const bound = new BoundArguments(args, ["chars"]);
    const characters = bound.isGiven("chars") ? bound.text("chars") : undefined;
    return keepMark(value, stripText(printedText(value, args), characters, "both"));
  },
  replace(value, args) {
    const bound = new BoundArguments(args, ["old", "new", "count"], 2);
    const count = bound.isGiven("count") ? bound.integer("count") : -1;
    return replaced(
      printedText(value, args),
      bound.printed("old"),
      bound.printed("new"),
      count,
      args,
    );
  },
  format(value, args) {
    if (args.positional.length > 0 && args.named.size > 0) {
      throw renderingProblem('the filter "format" takes values with names or without, not both');
    }
    const values = args.named.size > 0 ? new Dict(args.named) : tupleOf(args.positional);
    if (value instanceof Markup) {
      throw renderingProblem('the filter "format" does not accept text that is escaped');
    }
    return percentFormat(printedText(value, args), values, args.budget);
  },
  center(value, args) {
    const width = new BoundArguments(args, ["width"]).integer("width", 80);
    args.budget.text(Math.max(0, width));
    return keepMark(value, padText(printedText(value, args), width, " ", "center"));
  },
  indent,
  pprint(value, args) {
    new BoundArguments(args, []);
    return prettyText(value, args.budget);
  },
  truncate,
  wordwrap(value, args) {
    const names = ["width", "break_long_words", "wrapstring", "break_on_hyphens"];
    const bound = new BoundArguments(args, names);
    const separator = bound.isGiven("wrapstring") ? bound.text("wrapstring") : "\n";
    const width = bound.integer("width", 79);
    if (width <= 0) throw renderingProblem('the filter "wordwrap" needs a width of at least 1');
    const options = {
      width,
      breakLongWords: bound.flag("break_long_words", true),
      breakOnHyphens: bound.flag("break_on_hyphens", true),
    };
    const text = needText(value, "wordwrap");
    args.budget.text(text.length * (1 + separator.length));
    return linesOf(text)
      .map((line) => wrapText(line, options).join(separator))
      .join(separator);
  },
};

/** @throws JinjaProblem when there is any argument */
function none(args: CallArguments): CallArguments {
  new BoundArguments(args, []);
  return args;
}

function needText(value: Value, filter: string): string {
  const text = textOf(value);
  if (text !== undefined) return text;
  throw renderingProblem(`the filter "${filter}" takes a str`);
}

function titled(text: string): string {
  return text
    .split(/([-\s({[<]+)/)
    .filter((part) => part !== "")
    .map((part) => {
      const [first = ""] = part;
      return first.toUpperCase() + part.slice(first.length).toLowerCase();
    })
    .join("");
}

function indent(value: Value, args: CallArguments): Value {
  const bound = new BoundArguments(args, ["width", "first", "blank"]);
  const width = bound.value("width");
  const own = bound.has("width") ? textOf(width) : undefined;
  const spaces = own === undefined ? Math.max(0, bound.integer("width", 4)) : 0;
  args.budget.text(spaces);
  const margin = own ?? " ".repeat(spaces);
  const lines = linesOf(`${needText(value, "indent")}\n`);
  args.budget.text(lines.reduce((sum, line) => sum + line.length + margin.length + 1, 0));
  const isBlank = bound.flag("blank");
  const text = lines
    .map((line, index) => (index > 0 && (isBlank || line !== "") ? margin + line : line))
    .join("\n");
  return keepMark(value, bound.flag("first") ? margin + text : text);
}

/** A value that is short enough stays as it is, whatever its type. */
function truncate(value: Value, args: CallArguments): Value {
  const bound = new BoundArguments(args, ["length", "killwords", "end", "leeway"]);
  const length = bound.integer("length", 255);
  const end = bound.text("end", "...");
  const leeway = bound.isGiven("leeway") ? bound.integer("leeway") : 5;
  if (length < lengthOfText(end) || leeway < 0) {
    throw renderingProblem('the filter "truncate" needs a length for more than its end');
  }
  if (lengthOf(value) <= BigInt(length + leeway)) return value;
  const text = needText(value, "truncate");
  const cut = sliceText(text, 0, length - lengthOfText(end));
  if (bound.flag("killwords")) return keepMark(value, cut + end);
  return keepMark(value, (splitText(cut, " ", 1, true)[0] ?? "") + end);
}
