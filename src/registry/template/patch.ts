import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";

/** What the two texts are called. */
export type DiffNames = readonly [before: string, after: string];

/**
 * Lines that may differ before the search for the shortest diff is given up: its time grows with
 * their square.
 */
const maxEditLength = 1_000;

/** A unified diff of two texts that differ. */
export function unifiedDiff(names: DiffNames, before: string, after: string): string {
  const options = { maxEditLength, headerOptions: FILE_HEADERS_ONLY };
  const patch = createTwoFilesPatch(...names, before, after, undefined, undefined, options);
  return patch ?? replacement(names, before, after);
}

/** For texts with hardly a line in common: all of the one goes, all of the other comes. */
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
