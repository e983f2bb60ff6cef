import type { TemplatePart } from "./variables.ts";

/** What is shown at a time of a long text. */
const pieceLength = 10_000;
const pieceParts = 400;

/** Groups the parts of a text into pieces that a browser shows at once. A long part is in several. */
export function piecesOf(parts: readonly TemplatePart[]): readonly (readonly TemplatePart[])[] {
  const pieces: TemplatePart[][] = [];
  let piece: TemplatePart[] = [];
  let length = 0;
  for (const part of parts.flatMap(shortened)) {
    if (
      piece.length === pieceParts ||
      (piece.length > 0 && length + part.text.length > pieceLength)
    ) {
      pieces.push(piece);
      piece = [];
      length = 0;
    }
    piece.push(part);
    length += part.text.length;
  }
  return piece.length === 0 ? pieces : [...pieces, piece];
}

function shortened(part: TemplatePart): readonly TemplatePart[] {
  if (part.kind !== "text" || part.text.length <= pieceLength) return [part];
  const texts: TemplatePart[] = [];
  for (let start = 0; start < part.text.length; ) {
    const end = cutAt(part.text, start + pieceLength);
    texts.push({ kind: "text", text: part.text.slice(start, end) });
    start = end;
  }
  return texts;
}

/** The place where a text is cut: not within a character of two units. */
function cutAt(text: string, end: number): number {
  const isWithin = /[\uD800-\uDBFF]/.test(text[end - 1] ?? "") && end < text.length;
  return isWithin ? end + 1 : end;
}
