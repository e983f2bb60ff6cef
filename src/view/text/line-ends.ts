import { diffArrays } from "diff";

const anyEnd = /\r\n|\r|\n/g;

/** The line ends of a text: one kind, or `mixed`. A text of one line has line feeds. */
export function lineEndsOf(text: string): string {
  const kinds = new Set(text.match(anyEnd));
  if (kinds.size > 1) return "mixed";
  return [...kinds][0] ?? "\n";
}

/** A text as a text area shows it: browsers make every line end a line feed. */
export function asShown(text: string): string {
  return text.replace(anyEnd, "\n");
}

/**
 * Gives an edited text the line ends that it had before a text area took them. Where they were mixed,
 * lines that stay keep theirs, and new lines have that of the line before.
 * @param shown the text of the text area
 * @param stored the text before, with its own line ends
 */
export function withLineEnds(shown: string, stored: string): string {
  const kind = lineEndsOf(stored);
  if (kind === "\n") return shown;
  if (asShown(stored) === shown) return stored;
  if (kind !== "mixed") return shown.replaceAll("\n", kind);
  return withMixedLineEnds(shown, stored);
}

/** Beyond this many changes no line is the same: all are new, and end as the last one did. */
const maxEdits = 5_000;

function allNew(old: string[], lines: string[]) {
  return [
    { added: false, removed: true, value: old },
    { added: true, removed: false, value: lines },
  ];
}

function withMixedLineEnds(shown: string, stored: string): string {
  const ends = stored.match(anyEnd) ?? [];
  const old = stored.split(anyEnd);
  const lines = shown.split("\n");
  const changes = diffArrays(old, lines, { maxEditLength: maxEdits }) ?? allNew(old, lines);
  const places = changes.flatMap(placesIn());
  const endOf = (line: number) => ends[places[line] ?? 0] ?? ends.at(-1) ?? "\n";
  const last = lines.length - 1;
  return lines.map((line, index) => (index < last ? line + endOf(index) : line)).join("");
}

/** For each new line the index of the old line whose end it gets: itself, or the one before. */
function placesIn() {
  let place = 0;
  return ({ added, removed, value }: { added: boolean; removed: boolean; value: string[] }) => {
    if (added) return value.map(() => Math.max(place - 1, 0));
    const first = place;
    place += value.length;
    return removed ? [] : value.map((_, index) => first + index);
  };
}
