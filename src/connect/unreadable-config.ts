/** A text that is not of its format. The message says where, without the text itself. */
export class UnreadableConfig extends Error {
  /**
   * @param line from 1
   * @param column from 1
   */
  constructor(problem: string, line: number, column: number) {
    super(`${problem} (line ${line}, column ${column})`);
  }
}

/** The line and column of an offset, both from 1. */
export function placeOf(text: string, offset: number): readonly [line: number, column: number] {
  const before = text.slice(0, offset);
  return [before.split("\n").length, offset - before.lastIndexOf("\n")];
}
