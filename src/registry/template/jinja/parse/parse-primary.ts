import type { Arguments, Expression } from "./ast.ts";
import type { TokenStream } from "./token-stream.ts";

/** Parsers for the content of brackets, which can be any expression. */
export interface InnerParsers {
  expression(tokens: TokenStream): Expression;
  /** Parses an expression, or several separated by commas as a tuple. */
  tuple(tokens: TokenStream): Expression;
}

const constants: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["True", true],
  ["false", false],
  ["False", false],
  ["none", null],
  ["None", null],
]);

/** Whether the name is a constant such as `true`. */
export function isConstant(name: string): boolean {
  return constants.has(name);
}

/** Filters and tests apply to the signed value: `-1|abs` is 1. */
export function parseSigned(tokens: TokenStream, parse: InnerParsers): Expression {
  let value = parseSign(tokens, parse);
  for (;;) {
    if (tokens.skip("operator", "|"))
      value = { kind: "filter", value, ...parseOneFilter(tokens, parse) };
    else if (tokens.skip("name", "is")) value = parseTest(tokens, parse, value);
    else if (tokens.is("operator", "(")) value = parseCall(tokens, parse, value);
    else return value;
  }
}

function parseSign(tokens: TokenStream, parse: InnerParsers): Expression {
  for (const sign of ["-", "+"] as const) {
    if (!tokens.skip("operator", sign)) continue;
    const value = tokens.nested(() => parseSign(tokens, parse));
    return parsePostfix(tokens, parse, { kind: "sign", sign, value });
  }
  return parsePostfix(tokens, parse, parsePrimary(tokens, parse));
}

function parsePrimary(tokens: TokenStream, parse: InnerParsers): Expression {
  const token = tokens.current;
  switch (token.type) {
    case "name": {
      tokens.next();
      const constant = constants.get(token.text);
      return constant === undefined
        ? { kind: "name", name: token.text }
        : { kind: "constant", value: constant };
    }
    case "string": {
      let value = "";
      while (tokens.is("string")) value += tokens.next().text;
      return { kind: "constant", value };
    }
    case "integer":
      return { kind: "constant", value: intOf(tokens.next().text) };
    case "float":
      return { kind: "constant", value: Number(tokens.next().text.replaceAll("_", "")) };
    case "operator":
      return tokens.nested(() => parseBrackets(tokens, parse));
    default:
      throw tokens.unexpected("an expression");
  }
}

function intOf(text: string): bigint {
  return BigInt(text.replaceAll("_", ""));
}

function parseBrackets(tokens: TokenStream, parse: InnerParsers): Expression {
  if (tokens.skip("operator", "(")) {
    const value: Expression = tokens.is("operator", ")")
      ? { kind: "tuple", items: [] }
      : parse.tuple(tokens);
    tokens.expect("operator", ")");
    return value;
  }
  if (tokens.skip("operator", "[")) {
    return { kind: "list", items: parseItems(tokens, "]", () => parse.expression(tokens)) };
  }
  if (!tokens.skip("operator", "{")) throw tokens.unexpected("an expression");
  const pairs = parseItems(tokens, "}", () => {
    const key = parse.expression(tokens);
    tokens.expect("operator", ":");
    return { key, value: parse.expression(tokens) };
  });
  return { kind: "dict", pairs };
}

/** Parses items separated by commas, with an optional trailing comma, and the closing bracket. */
function parseItems<T>(tokens: TokenStream, close: string, parseItem: () => T): T[] {
  const items: T[] = [];
  while (!tokens.skip("operator", close)) {
    if (items.length > 0) {
      tokens.expect("operator", ",");
      if (tokens.skip("operator", close)) break;
    }
    items.push(parseItem());
  }
  return items;
}

function parsePostfix(tokens: TokenStream, parse: InnerParsers, primary: Expression): Expression {
  let value = primary;
  for (;;) {
    if (tokens.skip("operator", ".")) value = parseAttribute(tokens, value);
    else if (tokens.is("operator", "[")) value = parseSubscript(tokens, parse, value);
    else if (tokens.is("operator", "(")) value = parseCall(tokens, parse, value);
    else return value;
  }
}

/** Parses `a.name` and `a.0`; the latter means `a[0]`. */
function parseAttribute(tokens: TokenStream, target: Expression): Expression {
  if (tokens.is("integer")) {
    const key: Expression = { kind: "constant", value: intOf(tokens.next().text) };
    return { kind: "member", target, key, dotted: false };
  }
  const key: Expression = { kind: "constant", value: tokens.expect("name").text };
  return { kind: "member", target, key, dotted: true };
}

function parseSubscript(tokens: TokenStream, parse: InnerParsers, target: Expression): Expression {
  tokens.expect("operator", "[");
  return tokens.nested(() => {
    const start = tokens.is("operator", ":") ? undefined : parse.expression(tokens);
    const stop = parseBound(tokens, parse);
    const step = parseBound(tokens, parse);
    tokens.expect("operator", "]");
    if (start && !stop) return { kind: "member", target, key: start, dotted: false };
    return { kind: "slice", target, start, stop: stop?.value, step: step?.value };
  });
}

/** Parses `:` and an optional expression. */
function parseBound(
  tokens: TokenStream,
  parse: InnerParsers,
): { readonly value: Expression | undefined } | undefined {
  if (!tokens.skip("operator", ":")) return undefined;
  const isLeftOut = tokens.is("operator", ":") || tokens.is("operator", "]");
  return { value: isLeftOut ? undefined : parse.expression(tokens) };
}

function parseCall(tokens: TokenStream, parse: InnerParsers, target: Expression): Expression {
  return { kind: "call", target, args: parseArguments(tokens, parse) };
}

/** Parses `name(args) | name(args)`. The returned function applies the filters to a value. */
export function parseFilterChain(
  tokens: TokenStream,
  parse: InnerParsers,
): (value: Expression) => Expression {
  const filters = [parseOneFilter(tokens, parse)];
  while (tokens.skip("operator", "|")) filters.push(parseOneFilter(tokens, parse));
  return (value) =>
    filters.reduce<Expression>(
      (inner, filter) => ({ kind: "filter", value: inner, ...filter }),
      value,
    );
}

/** Parses `name(args)` after a `|`. */
function parseOneFilter(
  tokens: TokenStream,
  parse: InnerParsers,
): { readonly name: string; readonly args: Arguments } {
  const name = parseDottedName(tokens);
  return { name, args: tokens.is("operator", "(") ? parseArguments(tokens, parse) : noArguments };
}

/** Parses `name(args)`, `name argument` or `not name` after `is`. */
function parseTest(tokens: TokenStream, parse: InnerParsers, value: Expression): Expression {
  const isNegated = tokens.skip("name", "not");
  const name = parseDottedName(tokens);
  const test: Expression = { kind: "test", value, name, args: parseTestArguments(tokens, parse) };
  return isNegated ? { kind: "not", value: test } : test;
}

function parseTestArguments(tokens: TokenStream, parse: InnerParsers): Arguments {
  if (tokens.is("operator", "(")) return parseArguments(tokens, parse);
  const { type, text } = tokens.current;
  const isArgument =
    type === "name"
      ? !["else", "or", "and"].includes(text)
      : ["string", "integer", "float"].includes(type) ||
        (type === "operator" && (text === "[" || text === "{"));
  if (!isArgument) return noArguments;
  if (tokens.is("name", "is")) throw tokens.problem('one "is" cannot follow another');
  return { ...noArguments, positional: [parsePostfix(tokens, parse, parsePrimary(tokens, parse))] };
}

/** Jinja2 allows dots in names of filters and tests, although none of its own has one. */
function parseDottedName(tokens: TokenStream): string {
  let name = tokens.expect("name").text;
  while (tokens.skip("operator", ".")) name += `.${tokens.expect("name").text}`;
  return name;
}

const noArguments: Arguments = {
  positional: [],
  named: [],
  spread: undefined,
  spreadNamed: undefined,
};

function parseArguments(tokens: TokenStream, parse: InnerParsers): Arguments {
  const { line } = tokens.expect("operator", "(");
  const args: Unfinished<Arguments> = {
    positional: [],
    named: [],
    spread: undefined,
    spreadNamed: undefined,
  };
  tokens.nested(() => parseItems(tokens, ")", () => addArgument(tokens, parse, args, line)));
  return args;
}

type Unfinished<T> = {
  -readonly [Field in keyof T]: T[Field] extends readonly (infer Item)[] ? Item[] : T[Field];
};

/** Positional arguments come first, then named ones, `*spread` and `**spread`. */
function addArgument(
  tokens: TokenStream,
  parse: InnerParsers,
  args: Unfinished<Arguments>,
  line: number,
): void {
  const isInOrder = args.spreadNamed === undefined;
  if (isInOrder && !args.spread && tokens.skip("operator", "*")) {
    args.spread = parse.expression(tokens);
  } else if (isInOrder && tokens.skip("operator", "**")) {
    args.spreadNamed = parse.expression(tokens);
  } else if (isInOrder && tokens.is("name") && tokens.nextIs("operator", "=")) {
    const name = tokens.next().text;
    tokens.next();
    args.named.push({ name, value: parse.expression(tokens) });
  } else if (isInOrder && !args.spread && args.named.length === 0) {
    args.positional.push(parse.expression(tokens));
  } else {
    throw tokens.problem("the arguments of a call are in the wrong order", line);
  }
}
