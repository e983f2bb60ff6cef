import { pythonSpace } from "../../python-space.ts";
import { JinjaProblem } from "../problem.ts";
import { decodeEscapes } from "./string-escapes.ts";

type TagKind = "variable" | "block";

export type TokenType =
  | "text"
  | `${TagKind} begin`
  | `${TagKind} end`
  | "name"
  | "string"
  | "integer"
  | "float"
  | "operator"
  | "end";

export interface Token {
  readonly type: TokenType;
  /** The source text. For a string, its value. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

/**
 * Splits a template into tokens by the rules of Jinja2 3.1's lexer with its default delimiters, in
 * time linear in the template's length.
 * @throws JinjaProblem `syntax`
 */
export function tokenize(template: string): readonly Token[] {
  return new Lexer(normalizeLineBreaks(template)).tokens();
}

/** As Jinja2 does, uses one kind of line break, and removes it at the end of the template. */
function normalizeLineBreaks(template: string): string {
  const source = template.replace(/\r\n?/g, "\n");
  return source.endsWith("\n") ? source.slice(0, -1) : source;
}

const space = pythonSpace;
// All patterns are sticky: they match only at `lastIndex`.
const spaces = new RegExp(`${space}*`, "y");
const rawBegin = new RegExp(`\\{%[-+]?${space}*raw${space}*(?:-%\\}${space}*|%\\})`, "y");
const rawEnd = new RegExp(`\\{%[-+]?${space}*endraw${space}*(?:-%\\}${space}*|\\+?%\\})`, "y");
const commentBegin = /\{#[-+]?/y;
const tagBegins: Readonly<Record<TagKind, RegExp>> = {
  variable: /\{\{[-+]?/y,
  block: /\{%[-+]?/y,
};
const tagEnds: Readonly<Record<TagKind, RegExp>> = {
  variable: new RegExp(`-\\}\\}${space}*|\\}\\}`, "y"),
  block: new RegExp(`-%\\}${space}*|\\+?%\\}`, "y"),
};
const words: readonly (readonly [TokenType, RegExp])[] = [
  ["float", /(?<!\.)\d+(?:_\d+)*(?:(?:\.\d+(?:_\d+)*)?e[+-]?\d+(?:_\d+)*|\.\d+(?:_\d+)*)/iy],
  ["integer", /0b(?:_?[01])+|0o(?:_?[0-7])+|0x(?:_?[\da-f])+|[1-9](?:_?\d)*|0(?:_?0)*/iy],
  ["name", /[\p{ID_Continue}]+/uy],
  ["operator", /\/\/|\*\*|[=!<>]=|[-+/*%~[\](){}<>=.:|,;]/y],
];
const identifier = /^[\p{ID_Start}_]/u;
const closing: ReadonlyMap<string, string> = new Map([
  ["(", ")"],
  ["[", "]"],
  ["{", "}"],
]);
const isSpace = new RegExp(space);

class Lexer {
  readonly #source: string;
  readonly #tokens: Token[] = [];
  #position = 0;
  #line = 1;
  /** End of the line counted last; -1 in the last line. */
  #lineEnd: number;

  constructor(source: string) {
    this.#source = source;
    this.#lineEnd = source.indexOf("\n");
  }

  tokens(): readonly Token[] {
    while (this.#position < this.#source.length) this.#readTextAndTag();
    this.#add("end", "", this.#position);
    return this.#tokens;
  }

  #readTextAndTag(): void {
    const tag = this.#nextTag();
    this.#addText(this.#position, tag);
    this.#position = tag;
    if (tag === this.#source.length) return;
    const line = this.#lineAt(tag);
    if (this.#skip(rawBegin)) this.#readRaw(line);
    else if (this.#skip(commentBegin)) this.#readComment(line);
    else if (this.#skip(tagBegins.variable)) this.#readTag("variable", line);
    else if (this.#skip(tagBegins.block)) this.#readTag("block", line);
  }

  #nextTag(): number {
    let brace = this.#source.indexOf("{", this.#position);
    while (brace !== -1 && !"{%#".includes(this.#source.charAt(brace + 1) || " ")) {
      brace = this.#source.indexOf("{", brace + 1);
    }
    return brace === -1 ? this.#source.length : brace;
  }

  /** Adds the text before a tag. `-` in the tag removes the white space before it. */
  #addText(from: number, tag: number): void {
    let to = tag;
    if (this.#source.charAt(tag + 2) === "-") {
      while (to > from && isSpace.test(this.#source.charAt(to - 1))) to -= 1;
    }
    if (to > from) this.#add("text", this.#source.slice(from, to), from);
  }

  /** As in Jinja2, "raw" or a comment at the very end of the template needs no closing tag. */
  #readRaw(line: number): void {
    const from = this.#position;
    if (from === this.#source.length) return;
    let end = this.#source.indexOf("{%", from);
    while (end !== -1 && !this.#skip(rawEnd, end)) end = this.#source.indexOf("{%", end + 2);
    if (end === -1) throw this.#problem('"raw" is not closed: "endraw" is missing', line);
    this.#addText(from, end);
  }

  #readComment(line: number): void {
    if (this.#position === this.#source.length) return;
    const end = this.#source.indexOf("#}", this.#position);
    if (end === -1) throw this.#problem('a comment is not closed: "#}" is missing', line);
    const isStripped = end > this.#position && this.#source.charAt(end - 1) === "-";
    this.#position = end + 2;
    if (isStripped) this.#skip(spaces);
  }

  #readTag(kind: TagKind, line: number): void {
    this.#tokens.push({ type: `${kind} begin`, text: kind === "variable" ? "{{" : "{%", line });
    const brackets: string[] = [];
    this.#skip(spaces);
    let at = this.#position;
    // Inside brackets, `}}` closes two brackets and not the tag.
    while (brackets.length > 0 || !this.#skip(tagEnds[kind])) {
      if (at >= this.#source.length) throw this.#problem("the template ends inside a tag", line);
      const first = this.#source.charAt(at);
      if (first === "'" || first === '"') this.#readString(first);
      else this.#readWord(brackets);
      this.#skip(spaces);
      at = this.#position;
    }
    this.#add(`${kind} end`, kind === "variable" ? "}}" : "%}", at);
  }

  #readWord(brackets: string[]): void {
    const at = this.#position;
    const type = words.find(([, pattern]) => this.#skip(pattern))?.[0];
    const text = this.#source.slice(at, this.#position);
    if (type === undefined || (type === "name" && !identifier.test(text))) {
      const character = String.fromCodePoint(this.#source.codePointAt(at) ?? 0);
      throw this.#problem(`"${character}" is unexpected here`, this.#lineAt(at));
    }
    if (type === "operator") this.#balance(text, brackets);
    this.#add(type, text, at);
  }

  #balance(operator: string, brackets: string[]): void {
    const close = closing.get(operator);
    if (close !== undefined) brackets.push(close);
    if (!")]}".includes(operator)) return;
    const expected = brackets.pop();
    if (expected === operator) return;
    if (expected === undefined) throw this.#problem(`"${operator}" closes no bracket`);
    throw this.#problem(`"${expected}" is expected, but "${operator}" was found`);
  }

  #readString(quote: string): void {
    const begin = this.#position;
    const line = this.#lineAt(begin);
    let end = begin + 1;
    while (end < this.#source.length && this.#source.charAt(end) !== quote) {
      end += this.#source.charAt(end) === "\\" ? 2 : 1;
    }
    if (end >= this.#source.length)
      throw this.#problem(`a string is not closed: ${quote} is missing`, line);
    this.#position = end + 1;
    const text = decodeEscapes(this.#source.slice(begin + 1, end), line);
    this.#add("string", text, begin);
  }

  /** Moves past the match of a pattern, if there is one. */
  #skip(pattern: RegExp, at = this.#position): boolean {
    pattern.lastIndex = at;
    const isFound = pattern.test(this.#source);
    if (isFound) this.#position = pattern.lastIndex;
    return isFound;
  }

  #add(type: TokenType, text: string, at: number): void {
    this.#tokens.push({ type, text, line: this.#lineAt(at) });
  }

  /** Positions must not decrease from call to call. */
  #lineAt(position: number): number {
    while (this.#lineEnd !== -1 && this.#lineEnd < position) {
      this.#line += 1;
      this.#lineEnd = this.#source.indexOf("\n", this.#lineEnd + 1);
    }
    return this.#line;
  }

  #problem(message: string, line = this.#lineAt(this.#position)): JinjaProblem {
    return new JinjaProblem("syntax", message, line);
  }
}
