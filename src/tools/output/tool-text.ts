import { toOneLine, toPlainLines } from "../../registry/text/one-line.ts";

/**
 * Text of a tool result. A model reads each line as the server's own words, so text from the
 * registry or a caller must not start a line. Only the functions below make such text.
 */
export class ToolText {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** The template keeps its line breaks. Each value is put on one line. */
  static line(words: TemplateStringsArray, ...values: readonly (string | number)[]): ToolText {
    return new ToolText(String.raw({ raw: words }, ...values.map((one) => toOneLine(String(one)))));
  }

  /** A heading, and below it the text unchanged, each of its lines prefixed with "| ". */
  static block(heading: string, text: string): ToolText {
    const lines = toPlainLines(text).split("\n").map(prefixed);
    return new ToolText(
      [`${toOneLine(heading)} (each line begins with "| "):`, ...lines].join("\n"),
    );
  }

  /** A block without the line break that ends a diff. */
  static diff(heading: string, diff: string): ToolText {
    return ToolText.block(heading, diff.replace(/\n$/, ""));
  }

  /** The text unchanged. Only for a result that consists of nothing else. */
  static verbatim(text: string): ToolText {
    return new ToolText(text);
  }

  /** Joins texts with line breaks. Skips false and undefined. */
  static join(...texts: readonly (ToolText | false | undefined)[]): ToolText {
    const present = texts.filter((one) => one instanceof ToolText);
    return new ToolText(present.map((one) => one.#text).join("\n"));
  }

  toString(): string {
    return this.#text;
  }
}

export const line = ToolText.line;

function prefixed(text: string): string {
  return text === "" ? "|" : `| ${text}`;
}
