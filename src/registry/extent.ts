/** How far a JSON value may reach. */
export interface Bounds {
  /** Levels of lists and objects. */
  readonly depth: number;
  /** UTF-16 units of one text, or of one key. */
  readonly text: number;
  /** UTF-16 units of all texts and keys, and one for each value. */
  readonly all: number;
}

/** Lists and objects of a message are nested at most so deep, so that what walks them cannot overflow. */
export const deepest = 64;

/** UTF-16 units of what something is named with, or looked for by. */
export const longestName = 8_192;

const anyLength = Number.POSITIVE_INFINITY;

/** Which bound a JSON value passes first, looked for level by level; undefined when it keeps all. */
export function passed(value: unknown, bounds: Bounds): keyof Bounds | undefined {
  let level: unknown[] = [value];
  let left = bounds.all;
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > bounds.depth) return "depth";
    const texts = level.filter((one) => typeof one === "string");
    if (texts.some(({ length }) => length > bounds.text)) return "text";
    left -= level.length;
    for (const { length } of texts) left -= length;
    if (left < 0) return "all";
    level = level.flatMap(members);
  }
  return undefined;
}

/** Whether lists and objects are nested at most 64 deep. */
export function isShallow(value: unknown): boolean {
  return passed(value, { depth: deepest, text: anyLength, all: anyLength }) === undefined;
}

/** What an object or a list holds, keys included. */
function members(value: unknown): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  return Array.isArray(value) ? value : Object.entries(value).flat();
}
