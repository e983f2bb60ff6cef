/** Python counts code points, and JavaScript counts UTF-16 units. */

const hasPairs = /[\ud800-\udbff][\udc00-\udfff]/;

export function lengthOfText(text: string): number {
  return hasPairs.test(text) ? [...text].length : text.length;
}

/** Returns the characters from `start` to before `end`, counted in code points. */
export function sliceText(text: string, start: number, end?: number): string {
  if (!hasPairs.test(text)) return text.slice(start, end);
  return [...text].slice(start, end).join("");
}

/** Converts a position in UTF-16 units to one in code points. */
export function pointIndex(text: string, unitIndex: number): number {
  return unitIndex < 0 ? unitIndex : lengthOfText(text.slice(0, unitIndex));
}
