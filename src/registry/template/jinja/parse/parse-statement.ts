import { renderingProblem } from "../problem.ts";
import type { Body, Branch, Expression, Parameter, Statement, Target } from "./ast.ts";
import { parseExpression, parseFilters, parseTuple } from "./parse-expression.ts";
import { isConstant } from "./parse-primary.ts";
import type { TokenStream } from "./token-stream.ts";

/** The tags that end a body, and the tag and line that opened it. */
interface BodyEnd {
  readonly tag: string;
  readonly line: number;
  readonly names: readonly string[];
}

export function parseTemplate(tokens: TokenStream): Body {
  return parseBody(tokens);
}

/** Parses statements up to a tag that ends them. The current token is then the name of that tag. */
function parseBody(tokens: TokenStream, end?: BodyEnd): Body {
  const body: Statement[] = [];
  for (;;) {
    const { line, text } = tokens.current;
    if (tokens.skip("text")) {
      body.push({ kind: "text", text, line });
    } else if (tokens.skip("variable begin")) {
      body.push({ kind: "print", value: parseTuple(tokens), line });
      tokens.expect("variable end");
    } else if (tokens.skip("block begin")) {
      if (end?.names.some((name) => tokens.is("name", name))) return body;
      body.push(...tokens.nested(() => parseTag(tokens, end)));
      tokens.expect("block end");
    } else if (end) {
      throw tokens.problem(`"${end.tag}" is not closed: "end${end.tag}" is missing`, end.line);
    } else {
      return body;
    }
  }
}

/** Parses the body after a tag. */
function parseBlock(tokens: TokenStream, end: BodyEnd): Body {
  // As in Python, a colon may end the tag.
  tokens.skip("operator", ":");
  tokens.expect("block end");
  return parseBody(tokens, end);
}

/** Parses a body that only its `end` tag ends, and that tag's name. */
function parseWholeBlock(tokens: TokenStream, tag: string, line: number): Body {
  const body = parseBlock(tokens, { tag, line, names: [`end${tag}`] });
  tokens.next();
  return body;
}

function parseTag(tokens: TokenStream, end: BodyEnd | undefined): readonly Statement[] {
  const { text: tag, line } = tokens.expect("name");
  switch (tag) {
    case "if":
      return [parseIf(tokens, line)];
    case "for":
      return [parseFor(tokens, line)];
    case "set":
      return [parseSet(tokens, line)];
    case "macro": {
      const name = parseName(tokens);
      tokens.expect("operator", "(");
      const parameters = parseParameters(tokens);
      const body = parseWholeBlock(tokens, tag, line);
      return [{ kind: "macro", name, parameters, body, line }];
    }
    case "call":
      return [parseCallBlock(tokens, line)];
    case "filter": {
      // The lexer has already put the text between the tags into one token.
      const filtered = parseFilters(tokens);
      const body = parseWholeBlock(tokens, tag, line);
      return [{ kind: "filter block", value: filtered({ kind: "capture", body }), line }];
    }
    case "with":
      return [parseWith(tokens, line)];
    case "print":
      return parsePrint(tokens, line);
    default:
      throw unknownTag(tokens, tag, line, end);
  }
}

const otherTemplates: ReadonlyMap<string, string> = new Map([
  ["block", "block"],
  ["extends", "extends"],
  ["include", "include"],
  ["import", "import"],
  ["from", "import"],
]);

function unknownTag(tokens: TokenStream, tag: string, line: number, end: BodyEnd | undefined) {
  const other = otherTemplates.get(tag);
  if (other)
    return renderingProblem(`"${other}" is not supported: a prompt is a single template`, line);
  if (tag === "autoescape") {
    return renderingProblem('"autoescape" is not supported: nothing is escaped for HTML', line);
  }
  const open = end ? `; "${end.tag}" of line ${end.line} is not closed` : "";
  return tokens.problem(`"${tag}" is an unknown or misplaced tag${open}`, line);
}

function parseIf(tokens: TokenStream, line: number): Statement {
  const branches: Branch[] = [];
  let at = line;
  for (;;) {
    const condition = parseTuple(tokens, { withCondition: false });
    const end = { tag: "if", line, names: ["elif", "else", "endif"] };
    branches.push({ condition, body: parseBlock(tokens, end), line: at });
    const { text, line: next } = tokens.next();
    if (text === "endif") return { kind: "if", branches, otherwise: [], line };
    if (text === "else") {
      return { kind: "if", branches, otherwise: parseWholeBlock(tokens, "if", line), line };
    }
    at = next;
  }
}

function parseFor(tokens: TokenStream, line: number): Statement {
  const target = parseTarget(tokens, { end: "in" });
  tokens.expect("name", "in");
  const items = parseTuple(tokens, { withCondition: false, end: "recursive" });
  const condition = tokens.skip("name", "if") ? parseExpression(tokens) : undefined;
  const recursive = tokens.skip("name", "recursive");
  const body = parseBlock(tokens, { tag: "for", line, names: ["endfor", "else"] });
  const otherwise = tokens.next().text === "else" ? parseWholeBlock(tokens, "for", line) : [];
  return { kind: "for", target, items, condition, recursive, body, otherwise, line };
}

function parseSet(tokens: TokenStream, line: number): Statement {
  const target = parseTarget(tokens, { withAttribute: true });
  if (tokens.skip("operator", "=")) {
    return { kind: "set", target, value: parseTuple(tokens), line };
  }
  const filtered = tokens.skip("operator", "|") ? parseFilters(tokens) : undefined;
  const text: Expression = { kind: "capture", body: parseWholeBlock(tokens, "set", line) };
  return { kind: "set", target, value: filtered?.(text) ?? text, line };
}

function parseCallBlock(tokens: TokenStream, line: number): Statement {
  const parameters = tokens.skip("operator", "(") ? parseParameters(tokens) : [];
  const call = parseExpression(tokens);
  if (call.kind !== "call") throw tokens.problem('"call" needs a macro call', line);
  const body = parseWholeBlock(tokens, "call", line);
  return { kind: "call block", call, parameters, body, line };
}

function parseWith(tokens: TokenStream, line: number): Statement {
  const bindings: { target: Target; value: Expression }[] = [];
  while (!tokens.is("block end")) {
    if (bindings.length > 0) tokens.expect("operator", ",");
    const target = parseTarget(tokens);
    tokens.expect("operator", "=");
    bindings.push({ target, value: parseExpression(tokens) });
  }
  return { kind: "with", bindings, body: parseWholeBlock(tokens, "with", line), line };
}

function parsePrint(tokens: TokenStream, line: number): readonly Statement[] {
  const printed: Statement[] = [];
  while (!tokens.is("block end")) {
    if (printed.length > 0) tokens.expect("operator", ",");
    printed.push({ kind: "print", value: parseExpression(tokens), line });
  }
  return printed;
}

function parseParameters(tokens: TokenStream): readonly Parameter[] {
  const parameters: Parameter[] = [];
  while (!tokens.skip("operator", ")")) {
    if (parameters.length > 0) tokens.expect("operator", ",");
    const name = parseName(tokens);
    const fallback = tokens.skip("operator", "=") ? parseExpression(tokens) : undefined;
    if (!fallback && parameters.at(-1)?.fallback) {
      throw tokens.problem(
        `the parameter "${name}" needs a default, because the one before it has one`,
      );
    }
    parameters.push({ name, fallback });
  }
  return parameters;
}

interface TargetOptions {
  /** A name that ends a list of targets. */
  readonly end?: string;
  /** Whether it may be an attribute of a `namespace()`. */
  readonly withAttribute?: boolean;
}

/** Parses a target, or several separated by commas. */
function parseTarget(tokens: TokenStream, options: TargetOptions = {}): Target {
  const isEnd = () =>
    tokens.is("operator", ")") ||
    tokens.is("block end") ||
    (options.end !== undefined && tokens.is("name", options.end));
  const first = parseOneTarget(tokens, options);
  if (!tokens.is("operator", ",")) return first;
  const items = [first];
  while (tokens.skip("operator", ",") && !isEnd()) items.push(parseOneTarget(tokens, options));
  return { kind: "targets", items };
}

function parseOneTarget(tokens: TokenStream, options: TargetOptions): Target {
  if (tokens.skip("operator", "(")) {
    const inner = tokens.nested(() => parseTarget(tokens, options));
    tokens.expect("operator", ")");
    return inner;
  }
  const name = parseName(tokens);
  if (!options.withAttribute || !tokens.skip("operator", ".")) return { kind: "name", name };
  return { kind: "attribute", name, attribute: tokens.expect("name").text };
}

/** Parses a name to assign to. */
function parseName(tokens: TokenStream): string {
  const { text, line } = tokens.expect("name");
  if (!isConstant(text)) return text;
  throw tokens.problem(`"${text}" is a constant and cannot be assigned`, line);
}
