import { JinjaProblem, renderingProblem } from "../problem.ts";
import type { Token, TokenType } from "./lexer.ts";

/** Maximum nesting of brackets and blocks. Jinja2's own limits are lower: 69 and 98. */
const nestingLimit = 100;

export class TokenStream {
  readonly #tokens: readonly Token[];
  #at = 0;
  #nesting = 0;

  /** @param tokens must end with the token `end` */
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

  /** Consumes the token if it matches. */
  skip(type: TokenType, text?: string): boolean {
    const isFound = this.is(type, text);
    if (isFound) this.#at += 1;
    return isFound;
  }

  /** @throws JinjaProblem when the current token does not match */
  expect(type: TokenType, text?: string): Token {
    if (this.is(type, text)) return this.next();
    throw this.unexpected(text === undefined ? names[type] : `"${text}"`);
  }

  unexpected(expected: string): JinjaProblem {
    const found = this.is("end") ? "the template ends" : `"${this.current.text}" was found`;
    return this.problem(`${expected} is expected, but ${found}`);
  }

  problem(message: string, line = this.current.line): JinjaProblem {
    return new JinjaProblem("syntax", message, line);
  }

  /** Counts one level of nesting during `read`. @throws JinjaProblem above the limit */
  nested<T>(read: () => T): T {
    this.#nesting += 1;
    if (this.#nesting > nestingLimit) {
      throw renderingProblem(
        `it is nested too deeply: more than ${nestingLimit} levels`,
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
