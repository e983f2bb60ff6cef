import { lengthOfText, sliceText } from "./code-points.ts";

export interface WrapOptions {
  /** At least 1. */
  readonly width: number;
  readonly breakLongWords: boolean;
  readonly breakOnHyphens: boolean;
}

/** Python's `textwrap` knows these as white space. */
const space = "[\\t\\n\\v\\f\\r ]";
const word = "[^\\t\\n\\v\\f\\r ]";
const letter = "[^\\P{L}]";
const wordPunctuation = "[\\p{L}\\p{N}_!\"'&.,?]";
/** The pieces of a text: white space, dashes, and words that may be broken after a hyphen. */
const withHyphens = new RegExp(
  `(${space}+|(?<=${wordPunctuation})-{2,}(?=[\\p{L}\\p{N}_])|${word}+?(?:-(?:(?<=${letter}{2}-)|(?<=${letter}-${letter}-))(?=${letter}-?${letter})|(?=${space}|$)|(?<=${wordPunctuation})(?=-{2,}[\\p{L}\\p{N}_])))`,
  "u",
);
const withoutHyphens = new RegExp(`(${space}+)`);

/**
 * Wraps one line as Python's `textwrap.wrap` does, with `expand_tabs` and `replace_whitespace` off.
 */
export function wrapText(text: string, options: WrapOptions): string[] {
  const pattern = options.breakOnHyphens ? withHyphens : withoutHyphens;
  const chunks = text.split(pattern).filter((chunk) => chunk !== "" && chunk !== undefined);
  const lines: string[] = [];
  const rest = new Chunks(chunks);
  while (!rest.isEmpty) {
    if (lines.length > 0) rest.skipSpace();
    const line = rest.takeLine(options);
    if (isBlank(line.at(-1))) line.pop();
    if (line.length > 0) lines.push(line.join(""));
  }
  return lines;
}

/** The pieces of a text that are not in a line yet. */
class Chunks {
  readonly #chunks: string[];
  #at = 0;

  constructor(chunks: readonly string[]) {
    this.#chunks = [...chunks];
  }

  get isEmpty(): boolean {
    return this.#at >= this.#chunks.length;
  }

  skipSpace(): void {
    if (isBlank(this.#chunks[this.#at])) this.#at += 1;
  }

  takeLine(options: WrapOptions): string[] {
    const line: string[] = [];
    let room = options.width;
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      const length = lengthOfText(next);
      if (length > room) break;
      room -= length;
      line.push(next);
      this.#at += 1;
    }
    const next = this.#next();
    if (next !== undefined && lengthOfText(next) > options.width) {
      this.#takePart(next, Math.max(1, room), line, options);
    }
    return line;
  }

  /** Takes as much of a word that is longer than a line as there is room. */
  #takePart(word: string, room: number, line: string[], options: WrapOptions): void {
    if (options.breakLongWords) {
      const cut = breakAt(word, room, options);
      line.push(sliceText(word, 0, cut));
      this.#chunks[this.#at] = sliceText(word, cut);
    } else if (line.length === 0) {
      line.push(word);
      this.#at += 1;
    }
  }

  #next(): string | undefined {
    return this.#chunks[this.#at];
  }
}

/** Where to break a word that is longer than a line: after a hyphen within the room, if there is one. */
function breakAt(chunk: string, room: number, { breakOnHyphens }: WrapOptions): number {
  const head = sliceText(chunk, 0, room);
  const hyphen = head.lastIndexOf("-");
  const hasWord = [...head.slice(0, Math.max(0, hyphen))].some((it) => it !== "-");
  return breakOnHyphens && lengthOfText(chunk) > room && hyphen > 0 && hasWord
    ? lengthOfText(head.slice(0, hyphen + 1))
    : room;
}

function isBlank(chunk: string | undefined): boolean {
  return chunk !== undefined && chunk.trim() === "";
}
