import { JinjaProblem, renderingProblem } from "../problem.ts";
import type { Token, TokenType } from "./lexer.ts";

/** How deep brackets and blocks may stand in each other. Jinja2 ends below: at 69 and 98. */
const nestingLimit = 100;

/** Tokens as a parser takes them, one after the other. */
export class TokenStream {
  readonly #tokens: readonly Token[];
  #at = 0;
  #nesting = 0;

  /** @param tokens the last of which is the `end` */
  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get current(): Token {
    return this.#peek(0);
  }

  next(): Token {
    const token = this.current;
    this.#at += 1;
    return token;
  }

  is(type: TokenType, text?: string): boolean {
    return matches(this.current, type, text);
  }

  nextIs(type: TokenType, text?: string): boolean {
    return matches(this.#peek(1), type, text);
  }

  /** Takes the token if it is this one. */
  skip(type: TokenType, text?: string): boolean {
    const isFound = this.is(type, text);
    if (isFound) this.#at += 1;
    return isFound;
  }

  /** @throws JinjaProblem when another token stands here */
  expect(type: TokenType, text?: string): Token {
    if (this.is(type, text)) return this.next();
    throw this.unexpected(text === undefined ? names[type] : `"${text}"`);
  }

  /** What to throw where something else must stand. */
  unexpected(expected: string): JinjaProblem {
    const found = this.is("end") ? "the template ends" : `"${this.current.text}" stands`;
    return this.problem(`${found} where ${expected} must be`);
  }

  problem(message: string, line = this.current.line): JinjaProblem {
    return new JinjaProblem("syntax", message, line);
  }

  /** Reads what stands inside of something else. @throws JinjaProblem when that is too deep */
  nested<T>(read: () => T): T {
    this.#nesting += 1;
    if (this.#nesting > nestingLimit) {
      throw renderingProblem(
        `it is nested too deeply: over ${nestingLimit} deep`,
        this.current.line,
      );
    }
    const inner = read();
    this.#nesting -= 1;
    return inner;
  }

  #peek(ahead: number): Token {
    const token = this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)];
    if (token) return token;
    throw new Error("There are no tokens, not even an end.");
  }
}

function matches(token: Token, type: TokenType, text: string | undefined): boolean {
  return token.type === type && (text === undefined || token.text === text);
}

const names: Readonly<Record<TokenType, string>> = {
  text: "text",
  "variable begin": '"{{"',
  "variable end": '"}}"',
  "block begin": '"{%"',
  "block end": '"%}"',
  name: "a name",
  string: "a text",
  integer: "a number",
  float: "a number",
  operator: "an operator",
  end: "the end of the template",
};
