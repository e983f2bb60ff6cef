/** Limits on the size of a JSON value. */
export interface SizeLimits {
  /** Nested levels of lists and objects. */
  readonly depth: number;
  /** UTF-16 units of one string or key. */
  readonly text: number;
  /** UTF-16 units of all strings and keys, plus one for each value. */
  readonly all: number;
}

/** Nesting limit for a message, so that recursive functions cannot overflow the stack. */
export const maxDepth = 64;

/** Maximum length of a name or a search text, in UTF-16 units. */
export const maxNameLength = 8_192;

const anyLength = Number.POSITIVE_INFINITY;

/** The limit that a JSON value exceeds. Undefined when it exceeds none. */
export function findExceededLimit(
  value: unknown,
  bounds: SizeLimits,
): keyof SizeLimits | undefined {
  return new SizeCheck(bounds).exceededBy(value, 0);
}

/** Whether lists and objects are nested at most 64 levels deep. */
export function isShallow(value: unknown): boolean {
  return (
    findExceededLimit(value, { depth: maxDepth, text: anyLength, all: anyLength }) === undefined
  );
}

/** Stops at the first limit that is exceeded, so it descends no deeper than the depth limit. */
class SizeCheck {
  readonly #bounds: SizeLimits;
  #all = 0;

  constructor(bounds: SizeLimits) {
    this.#bounds = bounds;
  }

  exceededBy(value: unknown, depth: number): keyof SizeLimits | undefined {
    if (depth > this.#bounds.depth) return "depth";
    if (typeof value === "string") return this.#exceededByText(value);
    this.#all++;
    if (this.#all > this.#bounds.all) return "all";
    if (typeof value !== "object" || value === null) return undefined;
    return Array.isArray(value)
      ? this.#exceededByList(value, depth + 1)
      : this.#exceededByMembers(value, depth + 1);
  }

  #exceededByText({ length }: string): keyof SizeLimits | undefined {
    this.#all += 1 + length;
    if (length > this.#bounds.text) return "text";
    return this.#all > this.#bounds.all ? "all" : undefined;
  }

  #exceededByList(list: readonly unknown[], depth: number): keyof SizeLimits | undefined {
    for (const item of list) {
      const passed = this.exceededBy(item, depth);
      if (passed) return passed;
    }
    return undefined;
  }

  #exceededByMembers(object: object, depth: number): keyof SizeLimits | undefined {
    for (const [key, member] of Object.entries(object)) {
      const passed = this.#exceededByText(key) ?? this.exceededBy(member, depth);
      if (passed) return passed;
    }
    return undefined;
  }
}
