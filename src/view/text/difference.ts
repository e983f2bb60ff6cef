import { diffArrays } from "diff";

/** A piece of a line. Changed: the other text has something else there. */
export interface Mark {
  readonly text: string;
  readonly changed: boolean;
}

/** How a line ends. "" is the last line of a text that ends without one. */
export type LineEnd = "\n" | "\r\n" | "\r" | "";

export interface Line {
  /** From 1. */
  readonly number: number;
  readonly marks: readonly Mark[];
  readonly end: LineEnd;
  /** The line beside it ends in another way. */
  readonly endChanged: boolean;
}

/** Lines that stand beside each other: of both texts, or of one. */
export interface Row {
  readonly before?: Line;
  readonly after?: Line;
}

export interface Section {
  readonly changed: boolean;
  readonly rows: readonly Row[];
}

export interface TextDifference {
  readonly sections: readonly Section[];
  readonly linesAdded: number;
  readonly linesRemoved: number;
  /** The texts differ so much that a limit was reached: lines or words are not matched everywhere. */
  readonly isCoarse: boolean;
}

/** Beyond this many changed lines or words, matching them costs more than it says. */
const maxEdits = 2000;
const maxMilliseconds = { lines: 2000, words: 150 };
/** With less in common, marked words are noise. */
const leastInCommon = 0.2;

interface RawLine {
  readonly text: string;
  readonly end: LineEnd;
}

/** The difference of two texts by lines, and by words in the lines that changed. */
export function differ(before: string, after: string): TextDifference {
  const old = splitLines(before);
  const now = splitLines(after);
  const changes = match(old.map(whole), now.map(whole), Date.now() + maxMilliseconds.lines);
  const until = Date.now() + maxMilliseconds.words;
  const sections: Section[] = [];
  let isCoarse = changes === undefined;
  const at = { before: 0, after: 0 };
  for (const { kept, removed, added } of changes ?? coarse(old, now)) {
    const start = { ...at };
    at.before += kept || removed;
    at.after += kept || added;
    const lines = {
      old: old.slice(start.before, at.before),
      now: now.slice(start.after, at.after),
    };
    const words = kept === 0 ? markWords(lines.old, lines.now, until) : undefined;
    if (words?.isCoarse) isCoarse = true;
    sections.push({
      changed: kept === 0,
      rows: pair(
        toLines(lines.old, start.before, words?.before),
        toLines(lines.now, start.after, words?.after),
      ),
    });
  }
  const changed = sections.flatMap((section) => (section.changed ? section.rows : []));
  return {
    sections,
    linesAdded: changed.filter((row) => row.after).length,
    linesRemoved: changed.filter((row) => row.before).length,
    isCoarse,
  };
}

/** A run of lines or words: kept ones, or removed and added ones. */
interface Change {
  readonly kept: number;
  readonly removed: number;
  readonly added: number;
}

/** Undefined when a limit was reached. */
function match(old: string[], now: string[], until: number): Change[] | undefined {
  const timeout = Math.max(1, until - Date.now());
  const found = diffArrays(old, now, { maxEditLength: maxEdits, timeout });
  if (found === undefined) return undefined;
  const changes: Change[] = [];
  for (const { added, removed, count } of found) {
    if (!added && !removed) {
      changes.push({ kept: count, removed: 0, added: 0 });
      continue;
    }
    const before = changes.at(-1)?.kept === 0 ? changes.pop() : undefined;
    const { removed: gone, added: come } = before ?? { removed: 0, added: 0 };
    changes.push({
      kept: 0,
      removed: gone + (removed ? count : 0),
      added: come + (added ? count : 0),
    });
  }
  return changes;
}

/** What both texts begin and end with, and all between as changed. */
function coarse(old: readonly RawLine[], now: readonly RawLine[]): readonly Change[] {
  const shorter = Math.min(old.length, now.length);
  const same = (one: RawLine | undefined, other: RawLine | undefined) =>
    one?.text === other?.text && one?.end === other?.end;
  let head = 0;
  while (head < shorter && same(old[head], now[head])) head += 1;
  let tail = 0;
  while (tail < shorter - head && same(old.at(-1 - tail), now.at(-1 - tail))) tail += 1;
  const kept = (count: number) => ({ kept: count, removed: 0, added: 0 });
  const rest = head + tail;
  return [
    kept(head),
    { kept: 0, removed: old.length - rest, added: now.length - rest },
    kept(tail),
  ].filter((change) => change.kept + change.removed + change.added > 0);
}

interface MarkedLines {
  readonly before?: readonly (readonly Mark[])[];
  readonly after?: readonly (readonly Mark[])[];
  readonly isCoarse: boolean;
}

/** Compares the words of lines that were replaced. Marks nothing where the lines have little in common. */
function markWords(old: readonly RawLine[], now: readonly RawLine[], until: number): MarkedLines {
  if (old.length === 0 || now.length === 0) return { isCoarse: false };
  if (Date.now() >= until) return { isCoarse: true };
  const words = {
    before: splitWords(old.map(({ text }) => text).join("\n")),
    after: splitWords(now.map(({ text }) => text).join("\n")),
  };
  const changes = match(words.before, words.after, until);
  if (changes === undefined) return { isCoarse: true };
  const before: Mark[] = [];
  const after: Mark[] = [];
  let common = 0;
  for (const { kept, removed, added } of changes) {
    const taken = words.before.splice(0, kept || removed).join("");
    const given = words.after.splice(0, kept || added).join("");
    if (kept > 0) common += taken.trim().length;
    before.push({ text: taken, changed: kept === 0 });
    after.push({ text: given, changed: kept === 0 });
  }
  const longer = Math.max(lengthOf(before), lengthOf(after));
  if (common < longer * leastInCommon) return { isCoarse: false };
  return { before: byLine(before), after: byLine(after), isCoarse: false };
}

function lengthOf(marks: readonly Mark[]): number {
  return marks.reduce((sum, { text }) => sum + text.trim().length, 0);
}

function byLine(marks: readonly Mark[]): Mark[][] {
  const lines: Mark[][] = [[]];
  for (const { text, changed } of marks) {
    for (const [index, part] of text.split("\n").entries()) {
      if (index > 0) lines.push([]);
      if (part !== "") lines.at(-1)?.push({ text: part, changed });
    }
  }
  return lines;
}

/** Without `marked`, a line is one piece: all of it stays, or all of it goes. */
function toLines(
  raw: readonly RawLine[],
  start: number,
  marked: readonly (readonly Mark[])[] | undefined,
): Line[] {
  return raw.map(({ text, end }, index) => ({
    number: start + index + 1,
    marks: marked?.[index] ?? [{ text, changed: false }],
    end,
    endChanged: false,
  }));
}

function pair(before: readonly Line[], after: readonly Line[]): Row[] {
  return Array.from({ length: Math.max(before.length, after.length) }, (_, index) => {
    const left = before[index];
    const right = after[index];
    const endChanged = left !== undefined && right !== undefined && left.end !== right.end;
    return {
      ...(left ? { before: { ...left, endChanged } } : {}),
      ...(right ? { after: { ...right, endChanged } } : {}),
    };
  });
}

function whole({ text, end }: RawLine): string {
  return text + end;
}

function splitLines(text: string): RawLine[] {
  const lines: RawLine[] = [];
  let start = 0;
  for (const found of text.matchAll(/\r\n|\n|\r/g)) {
    const [end] = found;
    lines.push({ text: text.slice(start, found.index), end: asLineEnd(end) });
    start = found.index + end.length;
  }
  if (start < text.length) lines.push({ text: text.slice(start), end: "" });
  return lines;
}

function asLineEnd(end: string): LineEnd {
  if (end === "\r\n" || end === "\r") return end;
  return "\n";
}

/** Words and runs of white space. Scripts that put no spaces between words go by their characters. */
const words =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}\p{N}_]+|\n|[^\S\n]+|./gsu;

function splitWords(text: string): string[] {
  return text.match(words) ?? [];
}
