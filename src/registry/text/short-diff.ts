/** Lines up to this length stay as they are. */
const maxLine = 200;

/** What stays of a longer line around its difference, on each side. */
const around = 60;

const gap = "[...]";

/**
 * Shortens the long lines of a unified diff: unchanged lines to their beginning, and a line that
 * replaces another one to the part that differs. Everything that changed stays. Takes time linear in
 * the diff.
 */
export function shortenDiff(diff: string): string {
  const [removedFile, addedFile, ...lines] = diff.split("\n");
  if (removedFile === undefined || addedFile === undefined) return diff;
  const shown = [removedFile, addedFile];
  for (let at = 0; at < lines.length; ) {
    const block = changedLines(lines, at);
    if (block.length > 0) shown.push(...shortenBlock(block));
    else shown.push(beginningOf(lines[at] ?? ""));
    at += Math.max(1, block.length);
  }
  return shown.join("\n");
}

/** The removed and added lines from here on, with the notes about a missing line break. */
function changedLines(lines: readonly string[], from: number): readonly string[] {
  let end = from;
  while (/^[-+\\]/.test(lines[end] ?? "")) end++;
  return lines.slice(from, end);
}

function shortenBlock(block: readonly string[]): readonly string[] {
  const removed = block.filter((line) => line.startsWith("-"));
  const added = block.filter((line) => line.startsWith("+"));
  const others = [added.values(), removed.values()] as const;
  return block.map((line) => {
    if (line.startsWith("\\")) return line;
    return differenceOf(line, others[line.startsWith("-") ? 0 : 1].next().value);
  });
}

function beginningOf(line: string): string {
  return line.length <= maxLine ? line : `${line.slice(0, boundary(line, 2 * around))}${gap}`;
}

/** The sign of the line, and what differs from the other one with some text around it. */
function differenceOf(line: string, other: string | undefined): string {
  if (other === undefined || line.length <= maxLine) return line;
  const shortest = Math.min(line.length, other.length);
  let start = 1;
  while (start < shortest && line[start] === other[start]) start++;
  let same = 0;
  while (same < shortest - start && line.at(-1 - same) === other.at(-1 - same)) same++;
  const from = boundary(line, Math.max(1, start - around));
  const to = boundary(line, Math.min(line.length, line.length - same + around));
  const [before, after] = [from > 1 ? gap : "", to < line.length ? gap : ""];
  return `${line[0]}${before}${line.slice(from, to)}${after}`;
}

/** Moves a position between the two halves of a character in front of it. */
function boundary(line: string, at: number): number {
  return /^[\uDC00-\uDFFF]/.test(line.slice(at, at + 1)) ? at - 1 : at;
}
