/** A passage of one of several texts. */
export interface Passage {
  /** Index of the text. */
  readonly text: number;
  readonly start: number;
  readonly end: number;
}

/** Length of the pieces by which passages are compared, and of those of a short passage. */
const pieceLength = 3;
const shortPieceLength = 2;

/** A passage that shares less of the wanted pieces resembles it only by chance. */
const leastShared = 0.4;

/** How far a passage is extended to the next white space. */
const maxExtension = 40;

/**
 * Finds the passage that resembles the wanted one most: the window of the same length that shares the
 * most pieces of two or three characters with it, extended to whole words. Case is ignored. Takes time linear
 * in the texts. Undefined when nothing resembles it.
 */
export function nearestPassage(texts: readonly string[], wanted: string): Passage | undefined {
  const length = wanted.length < 8 ? shortPieceLength : pieceLength;
  const size = Math.min(length, wanted.length);
  const least = Math.ceil((wanted.length - size + 1) * leastShared);
  let best: { readonly score: number; readonly passage: Passage } | undefined;
  for (const [index, text] of texts.entries()) {
    const { score, shared, start } = bestWindow(text, wanted, size);
    if (shared < least || (best && best.score >= score)) continue;
    const end = Math.min(start + wanted.length, text.length);
    best = { score, passage: { text: index, ...extended(text, start, end) } };
  }
  return best?.passage;
}

/** The first of the best windows. Between equal ones, the ends decide. */
function bestWindow(text: string, wanted: string, size: number) {
  const searched = withoutCase(text);
  const needle = withoutCase(wanted);
  const missing = countPieces(needle, size);
  let shared = 0;
  let best = { score: -1, shared: 0, start: 0 };
  const add = (at: number, amount: 1 | -1) => {
    const piece = searched.slice(at, at + size);
    const count = missing.get(piece);
    if (count === undefined) return;
    // A piece counts as often as the wanted passage has it.
    if (amount === 1 ? count > 0 : count >= 0) shared += amount;
    missing.set(piece, count - amount);
  };
  const pieces = needle.length - size + 1;
  for (let at = 0; at + size <= searched.length; at++) {
    add(at, 1);
    if (at >= pieces) add(at - pieces, -1);
    const start = Math.max(0, at - pieces + 1);
    const ends = [
      searched[start] === needle[0],
      searched[start + needle.length - 1] === needle.at(-1),
    ];
    const score = 3 * shared + ends.filter(Boolean).length;
    if (score > best.score) best = { score, shared, start };
  }
  return best;
}

function countPieces(text: string, size: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let at = 0; at + size <= text.length; at++) {
    const piece = text.slice(at, at + size);
    counts.set(piece, (counts.get(piece) ?? 0) + 1);
  }
  return counts;
}

/** Positions stay the same: a text whose length depends on its case stays as it is. */
function withoutCase(text: string): string {
  const lower = text.toLowerCase();
  return lower.length === text.length ? lower : text;
}

function extended(text: string, start: number, end: number) {
  let [from, to] = [start, end];
  while (from > 0 && start - from < maxExtension && !isSpace(text[from - 1])) from--;
  while (to < text.length && to - end < maxExtension && !isSpace(text[to])) to++;
  while (from < to && isSpace(text[from])) from++;
  while (to > from && isSpace(text[to - 1])) to--;
  return { start: from, end: to };
}

function isSpace(character: string | undefined): boolean {
  return character !== undefined && /\s/.test(character);
}
