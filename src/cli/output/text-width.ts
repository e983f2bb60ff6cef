/** Characters that terminals show two columns wide: emoji, and the wide and full-width ranges of East Asian Width. */
const wide =
  /^(?:\p{Emoji_Presentation}|\p{Emoji}\ufe0f|[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}])/u;

/** Columns that a text of one line takes on a terminal. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of charactersOf(text)) width += widthOf(character);
  return width;
}

/** Cuts a text to so many columns, with an ellipsis as the last one. */
export function cutTo(text: string, columns: number): string {
  if (columns < 1) return "";
  let width = 0;
  let kept = "";
  let fits = "";
  for (const character of charactersOf(text)) {
    width += widthOf(character);
    if (width > columns) return `${fits}…`;
    kept += character;
    if (width < columns) fits = kept;
  }
  return text;
}

function* charactersOf(text: string): Generator<string> {
  for (const { segment } of new Intl.Segmenter("en").segment(text)) yield segment;
}

function widthOf(character: string): number {
  return wide.test(character) ? 2 : 1;
}
