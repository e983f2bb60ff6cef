import { RegistryError } from "../errors.ts";

/** A piece of a mustache template. */
export type MustacheSpan =
  | { readonly kind: "text"; readonly text: string }
  /** `source` is the tag as it stands. */
  | { readonly kind: "variable"; readonly name: string; readonly source: string }
  | { readonly kind: "partial"; readonly name: string }
  | MustacheSection;

export interface MustacheSection {
  readonly kind: "section";
  readonly name: string;
  /** Shown where there is no value. */
  readonly inverted: boolean;
  readonly inner: readonly MustacheSpan[];
}

/** Sections in sections. */
const deepest = 100;

/** A tag, from its delimiter to its other one. */
interface Tag {
  /** `#`, `^`, `/`, `>`, `&`, `!`, `=`, or "name" for a plain variable; `{` is told as `&`. */
  readonly type: string;
  readonly value: string;
  readonly end: number;
}

/**
 * Reads a mustache template as mustache.js 4.2 does, with which
 * `test/registry/template/mustache-parse.test.ts` compares it. Its time is linear in the text; that
 * of mustache.js grows with the square of spaces in a row.
 * @throws RegistryError `unreadable`
 */
export function parseMustache(text: string): readonly MustacheSpan[] {
  return new Parser(text).parse();
}

class Parser {
  readonly #text: string;
  readonly #root: MustacheSpan[] = [];
  /** The sections that are open, the innermost last. */
  readonly #open: { readonly name: string; readonly inner: MustacheSpan[] }[] = [];
  #delimiters: readonly [string, string] = ["{{", "}}"];
  /** Spaces of the current line, which go if it holds tags that show nothing, and nothing else. */
  #blanks: { readonly spans: MustacheSpan[]; readonly index: number }[] = [];
  #lineHasTag = false;
  #lineHasMore = false;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): readonly MustacheSpan[] {
    let at = 0;
    while (at < this.#text.length) {
      const found = this.#text.indexOf(this.#delimiters[0], at);
      const start = found === -1 ? this.#text.length : found;
      this.#addText(at, start);
      if (found === -1) break;
      const tag = this.#tagAt(start);
      this.#addTag(tag, start);
      at = tag.end;
    }
    this.#endLine();
    const [unclosed] = this.#open.slice(-1);
    if (unclosed) throw problem(`Unclosed section "${unclosed.name}" at ${this.#text.length}`);
    return this.#root;
  }

  get #spans(): MustacheSpan[] {
    return this.#open.at(-1)?.inner ?? this.#root;
  }

  #addText(from: number, to: number): void {
    const text = this.#text.slice(from, to);
    for (let start = 0; start < text.length; ) {
      const lineEnd = text.indexOf("\n", start);
      const end = lineEnd === -1 ? text.length : lineEnd + 1;
      this.#addPiece(text.slice(start, end));
      start = end;
    }
  }

  /** Adds text that is of one line. */
  #addPiece(text: string): void {
    if (text.trim() === "") this.#blanks.push({ spans: this.#spans, index: this.#spans.length });
    else this.#lineHasMore = true;
    this.#spans.push({ kind: "text", text });
    if (text.endsWith("\n")) this.#endLine();
  }

  #endLine(): void {
    if (this.#lineHasTag && !this.#lineHasMore) {
      for (const { spans, index } of this.#blanks) spans[index] = { kind: "text", text: "" };
    }
    this.#blanks = [];
    this.#lineHasTag = false;
    this.#lineHasMore = false;
  }

  #tagAt(start: number): Tag {
    const [open, close] = this.#delimiters;
    const at = this.#skipSpace(start + open.length);
    const sign = this.#text.charAt(at);
    const isSign = sign !== "" && "#^/>{&=!".includes(sign);
    const from = isSign ? this.#skipSpace(at + 1) : at;
    if (sign === "{") {
      const { value, behind } = this.#until(`}${close}`, from);
      return { type: "&", value, end: behind };
    }
    if (sign === "=") {
      const { value, behind } = this.#until("=", from);
      return { type: "=", value, end: this.#until(close, behind).behind };
    }
    const { value, behind } = this.#until(close, from);
    return { type: isSign ? sign : "name", value, end: behind };
  }

  /** What stands before a mark, without the spaces before it. */
  #until(mark: string, from: number): { readonly value: string; readonly behind: number } {
    const at = this.#text.indexOf(mark, from);
    if (at === -1) throw problem(`Unclosed tag at ${this.#text.length}`);
    return { value: this.#text.slice(from, at).trimEnd(), behind: at + mark.length };
  }

  #skipSpace(from: number): number {
    let at = from;
    while (at < this.#text.length && this.#text.charAt(at).trim() === "") at += 1;
    return at;
  }

  #addTag({ type, value: name, end }: Tag, start: number): void {
    this.#lineHasTag = true;
    switch (type) {
      case "#":
      case "^":
        this.#openSection(name, type === "^");
        break;
      case "/":
        this.#closeSection(name, start);
        break;
      case "=":
        this.#setDelimiters(name);
        break;
      case "!":
        break;
      case ">":
        this.#spans.push({ kind: "partial", name });
        break;
      default:
        this.#lineHasMore = true;
        this.#spans.push({ kind: "variable", name, source: this.#text.slice(start, end) });
    }
  }

  #openSection(name: string, inverted: boolean): void {
    if (this.#open.length === deepest) {
      throw problem(`more than ${deepest} sections are nested in each other`);
    }
    const inner: MustacheSpan[] = [];
    this.#spans.push({ kind: "section", name, inverted, inner });
    this.#open.push({ name, inner });
  }

  #closeSection(name: string, start: number): void {
    const section = this.#open.pop();
    if (section === undefined) throw problem(`Unopened section "${name}" at ${start}`);
    if (section.name !== name) throw problem(`Unclosed section "${section.name}" at ${start}`);
  }

  #setDelimiters(text: string): void {
    const [open, close] = text.split(/\s+/);
    if (!open || !close) throw problem(`Invalid tags: ${text}`);
    this.#delimiters = [open, close];
  }
}

function problem(message: string): RegistryError {
  return new RegistryError(
    "unreadable",
    `The template is marked as mustache and cannot be read as that: ${message}.`,
  );
}
