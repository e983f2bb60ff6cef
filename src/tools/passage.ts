import { oneLine, plainLines } from "../registry/text/one-line.ts";

/**
 * A piece of a tool's text, made by the functions below alone: whatever is put into it, no line of it
 * is the registry's or a caller's. A model reads the lines of an answer as the server's words.
 */
export class Passage {
  readonly #text: string;

  private constructor(text: string) {
    this.#text = text;
  }

  /** The server's words, on as many lines as they are written; each value stays on its line. */
  static line(words: TemplateStringsArray, ...values: readonly (string | number)[]): Passage {
    return new Passage(String.raw({ raw: words }, ...values.map((one) => oneLine(String(one)))));
  }

  /** A text as it is, behind a line of the server's; each of its lines begins with "| ". */
  static body(heading: string, text: string): Passage {
    const lines = plainLines(text).split("\n").map(marked);
    return new Passage([`${oneLine(heading)} (each line begins with "| "):`, ...lines].join("\n"));
  }

  /** A diff in the same form: the end of its last line is no empty line behind it. */
  static diff(heading: string, diff: string): Passage {
    return Passage.body(heading, diff.replace(/\n$/, ""));
  }

  /** A text and nothing else: for an answer that is no more than that. */
  static verbatim(text: string): Passage {
    return new Passage(text);
  }

  /** One below the other; what is missing is left out. */
  static of(...passages: readonly (Passage | false | undefined)[]): Passage {
    const present = passages.filter((one) => one instanceof Passage);
    return new Passage(present.map((one) => one.#text).join("\n"));
  }

  toString(): string {
    return this.#text;
  }
}

/** The server's words on one line, and so is each value in them. */
export const line = Passage.line;

function marked(text: string): string {
  return text === "" ? "|" : `| ${text}`;
}
