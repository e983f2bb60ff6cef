import { renderingProblem } from "../problem.ts";
import { escapeHtml } from "../python/html.ts";
import { BoundArguments } from "../values/arguments.ts";
import { entriesOf } from "../values/dict-methods.ts";
import { toJson } from "../values/to-json.ts";
import { Dict, Markup, textOf, type Value } from "../values/values.ts";
import { type Filters, printedText } from "./filter.ts";

/** Jinja2's filters for HTML, URLs and JSON. */
export const htmlFilters: Filters = {
  safe: (value, args) => new Markup(printedText(value, args)),
  escape: toMarkup,
  e: toMarkup,
  forceescape: (value, args) => new Markup(escapeHtml(printedText(value, args))),
  tojson(value, args) {
    const bound = new BoundArguments(args, ["indent"]);
    return new Markup(toJson(value, bound.value("indent"), args.budget));
  },
  striptags: (value, args) => withoutTags(printedText(value, args)),
  urlencode(value, args) {
    new BoundArguments(args, []);
    const isText = textOf(value) !== undefined;
    if (isText || typeof value !== "object" || value === null) {
      return percentEncode(printedText(value, args), "/");
    }
    const encode = (part: Value) =>
      percentEncode(printedText(part, args), "").replaceAll("%20", "+");
    return entriesOf(value, args)
      .map(([key, member]) => `${encode(key)}=${encode(member)}`)
      .join("&");
  },
  xmlattr(value, args) {
    const isSpaced = new BoundArguments(args, ["autospace"]).flag("autospace", true);
    if (!(value instanceof Dict)) throw renderingProblem('the filter "xmlattr" takes a dict');
    const pairs = [...value]
      .filter(([, member]) => member !== null && member !== undefined)
      .map(([key, member]) => {
        const name = textOf(key);
        if (name === undefined || /[\s/>=]/.test(name)) {
          throw renderingProblem('the filter "xmlattr" needs names of attributes as keys');
        }
        return `${escapeHtml(name)}="${escaped(member, printedText(member, args))}"`;
      });
    return pairs.length > 0 && isSpaced ? ` ${pairs.join(" ")}` : pairs.join(" ");
  },
};

function toMarkup(value: Value, args: Parameters<Filters[string]>[1]): Value {
  new BoundArguments(args, []);
  return new Markup(escaped(value, printedText(value, args)));
}

function escaped(value: Value, text: string): string {
  return value instanceof Markup ? text : escapeHtml(text);
}

const entityNames: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: "\u00a0",
};

function withoutTags(text: string): string {
  let plain = text;
  for (const [open, close] of [
    ["<!--", "-->"],
    ["<", ">"],
  ] as const) {
    let kept = "";
    let at = 0;
    for (;;) {
      const start = plain.indexOf(open, at);
      const end = start === -1 ? -1 : plain.indexOf(close, start);
      if (end === -1) break;
      kept += plain.slice(at, start);
      at = end + close.length;
    }
    plain = kept + plain.slice(at);
  }
  return plain
    .split(/\s+/)
    .filter((it) => it !== "")
    .join(" ")
    .replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (found, decimal, hex, name) => {
      if (decimal !== undefined) return String.fromCodePoint(Number(decimal));
      if (hex !== undefined) return String.fromCodePoint(Number.parseInt(hex, 16));
      return entityNames[name] ?? found;
    });
}

/** Encodes as Python's `urllib.parse.quote`. */
function percentEncode(text: string, safe: string): string {
  const unreserved = new Set(
    `ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-~${safe}`,
  );
  return Array.from(Buffer.from(text), (byte) => {
    const character = String.fromCharCode(byte);
    if (unreserved.has(character)) return character;
    return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
}
