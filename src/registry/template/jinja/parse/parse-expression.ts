import type { BinaryOperator, CompareOperator, Comparison, Expression } from "./ast.ts";
import { type InnerParsers, parseFilterChain, parseSigned } from "./parse-primary.ts";
import type { TokenStream } from "./token-stream.ts";

/** Left-associative operators, from lowest to highest precedence. */
const levels: readonly ReadonlyMap<string, BinaryOperator>[] = (
  [["+", "-"], ["~"], ["*", "/", "//", "%"], ["**"]] as const
).map((operators) => new Map(operators.map((it) => [it, it])));

const comparisons: ReadonlyMap<string, CompareOperator> = new Map(
  (["==", "!=", "<", "<=", ">", ">="] as const).map((it) => [it, it]),
);

/** @param withCondition whether `a if b else c` is allowed */
export function parseExpression(tokens: TokenStream, withCondition = true): Expression {
  return withCondition ? parseConditional(tokens) : parseOr(tokens);
}

/**
 * Parses an expression, or several separated by commas as a tuple.
 * @param end a name that ends the list
 */
export function parseTuple(
  tokens: TokenStream,
  { withCondition = true, end }: { readonly withCondition?: boolean; readonly end?: string } = {},
): Expression {
  const isEnd = () =>
    tokens.is("variable end") ||
    tokens.is("block end") ||
    tokens.is("operator", ")") ||
    (end !== undefined && tokens.is("name", end));
  const first = parseExpression(tokens, withCondition);
  if (!tokens.is("operator", ",")) return first;
  const items = [first];
  while (tokens.skip("operator", ",") && !isEnd()) {
    items.push(parseExpression(tokens, withCondition));
  }
  return { kind: "tuple", items };
}

/** Parses `name(args) | name(args)`. The returned function applies the filters to a value. */
export function parseFilters(tokens: TokenStream): (value: Expression) => Expression {
  return parseFilterChain(tokens, innerParsers);
}

const innerParsers: InnerParsers = {
  expression: (tokens) => parseExpression(tokens),
  tuple: (tokens) => parseTuple(tokens),
};

function parseConditional(tokens: TokenStream): Expression {
  let value = parseOr(tokens);
  while (tokens.skip("name", "if")) {
    const condition = parseOr(tokens);
    const whenFalse = tokens.skip("name", "else")
      ? tokens.nested(() => parseConditional(tokens))
      : undefined;
    value = { kind: "conditional", condition, whenTrue: value, whenFalse };
  }
  return value;
}

function parseOr(tokens: TokenStream): Expression {
  let left = parseAnd(tokens);
  while (tokens.skip("name", "or")) left = { kind: "or", left, right: parseAnd(tokens) };
  return left;
}

function parseAnd(tokens: TokenStream): Expression {
  let left = parseNot(tokens);
  while (tokens.skip("name", "and")) left = { kind: "and", left, right: parseNot(tokens) };
  return left;
}

function parseNot(tokens: TokenStream): Expression {
  if (!tokens.skip("name", "not")) return parseCompare(tokens);
  return { kind: "not", value: tokens.nested(() => parseNot(tokens)) };
}

function parseCompare(tokens: TokenStream): Expression {
  const first = parseBinary(tokens, 0);
  const rest: Comparison[] = [];
  for (let operator = skipComparison(tokens); operator; operator = skipComparison(tokens)) {
    rest.push({ operator, value: parseBinary(tokens, 0) });
  }
  return rest.length === 0 ? first : { kind: "compare", first, rest };
}

function skipComparison(tokens: TokenStream): CompareOperator | undefined {
  if (tokens.skip("name", "in")) return "in";
  if (tokens.is("name", "not") && tokens.nextIs("name", "in")) {
    tokens.next();
    tokens.next();
    return "not in";
  }
  const operator = tokens.is("operator") ? comparisons.get(tokens.current.text) : undefined;
  if (operator) tokens.next();
  return operator;
}

function parseBinary(tokens: TokenStream, level: number): Expression {
  const operators = levels[level];
  if (!operators) return parseSigned(tokens, innerParsers);
  let left = parseBinary(tokens, level + 1);
  for (;;) {
    const operator = tokens.is("operator") ? operators.get(tokens.current.text) : undefined;
    if (!operator) return left;
    tokens.next();
    left = { kind: "binary", operator, left, right: parseBinary(tokens, level + 1) };
  }
}
