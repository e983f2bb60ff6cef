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
export const maxDepth = 64;

/** UTF-16 units of what something is named with, or looked for by. */
export const maxNameLength = 8_192;

const anyLength = Number.POSITIVE_INFINITY;

/** Which bound a JSON value passes; undefined when it keeps all. */
export function findExceededBound(value: unknown, bounds: Bounds): keyof Bounds | undefined {
  return new SizeCheck(bounds).exceededBy(value, 0);
}

/** Whether lists and objects are nested at most 64 deep. */
export function isShallow(value: unknown): boolean {
  return (
    findExceededBound(value, { depth: maxDepth, text: anyLength, all: anyLength }) === undefined
  );
}

/** It descends no deeper than its bound, and stops where one is passed. */
class SizeCheck {
  readonly #bounds: Bounds;
  #all = 0;

  constructor(bounds: Bounds) {
    this.#bounds = bounds;
  }

  exceededBy(value: unknown, depth: number): keyof Bounds | undefined {
    if (depth > this.#bounds.depth) return "depth";
    if (typeof value === "string") return this.#exceededByText(value);
    this.#all++;
    if (this.#all > this.#bounds.all) return "all";
    if (typeof value !== "object" || value === null) return undefined;
    return Array.isArray(value)
      ? this.#exceededByList(value, depth + 1)
      : this.#exceededByMembers(value, depth + 1);
  }

  #exceededByText({ length }: string): keyof Bounds | undefined {
    this.#all += 1 + length;
    if (length > this.#bounds.text) return "text";
    return this.#all > this.#bounds.all ? "all" : undefined;
  }

  #exceededByList(list: readonly unknown[], depth: number): keyof Bounds | undefined {
    for (const item of list) {
      const passed = this.exceededBy(item, depth);
      if (passed) return passed;
    }
    return undefined;
  }

  #exceededByMembers(object: object, depth: number): keyof Bounds | undefined {
    for (const [key, member] of Object.entries(object)) {
      const passed = this.#exceededByText(key) ?? this.exceededBy(member, depth);
      if (passed) return passed;
    }
    return undefined;
  }
}
