import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";

/** Names of the two texts, for the header of the diff. */
export type DiffNames = readonly [before: string, after: string];

/**
 * Differing lines up to which the shortest diff is computed. The time grows with the square of this
 * number.
 */
const maxEditLength = 1_000;

/** Lines of both texts together that are compared without a worker process. */
const maxInlineLines = 200;

/** A unified diff of two texts that differ. */
export function unifiedDiff(names: DiffNames, before: string, after: string): string {
  const options = { maxEditLength, headerOptions: FILE_HEADERS_ONLY };
  const patch = createTwoFilesPatch(...names, before, after, undefined, undefined, options);
  return patch ?? replacement(names, before, after);
}

/** Returns a diff that removes all lines of the first text and adds all lines of the second. */
export function replacement(names: DiffNames, before: string, after: string): string {
  const [removed, added] = [linesOf(before), linesOf(after)];
  return [
    `--- ${names[0]}`,
    `+++ ${names[1]}`,
    `@@ -1,${removed.length} +1,${added.length} @@`,
    ...removed.map((line) => `-${line}`),
    ...added.map((line) => `+${line}`),
    "",
  ].join("\n");
}

function linesOf(text: string): readonly string[] {
  return (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
}

/** Whether the texts are short enough to be compared without a worker process. */
export function hasFewLines(before: string, after: string): boolean {
  let lines = 0;
  for (const text of [before, after]) {
    for (let at = 0; at !== -1; at = text.indexOf("\n", at + 1)) {
      lines += 1;
      if (lines > maxInlineLines) return false;
    }
  }
  return true;
}
