import type { Budget } from "../../budget.ts";
import { JinjaProblem } from "../problem.ts";
import { order } from "../values/compare.ts";
import { repr } from "../values/text.ts";
import { Dict, type DictKey, Tuple, tupleOf, typeName, type Value } from "../values/values.ts";
import { lengthOfText } from "./code-points.ts";
import { linesOf } from "./text-parts.ts";

const width = 80;

/** Formats a value as Python's `pprint.pformat()`: sorted keys, and lines of at most 80 characters. */
export function prettyText(value: Value, budget: Budget): string {
  return new Printer(budget).format(value, 0, 0, 1);
}

class Printer {
  readonly #budget: Budget;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /**
   * @param indent the column where the value begins
   * @param allowance characters that follow it on its last line
   * @param level 1 for the outermost value
   */
  format(value: Value, indent: number, allowance: number, level: number): string {
    const short = repr(withSortedKeys(value, this.#budget), this.#budget);
    if (lengthOfText(short) <= width - indent - allowance) return short;
    if (value instanceof Dict && value.size > 0) return this.#dict(value, indent, allowance, level);
    if (value instanceof Tuple) {
      const close = value.length === 1 ? ",)" : ")";
      return `(${this.#items(value, indent, allowance + close.length, level)}${close}`;
    }
    if (Array.isArray(value)) return `[${this.#items(value, indent, allowance + 1, level)}]`;
    return typeof value === "string" ? this.#text(value, indent, allowance, level) : short;
  }

  #dict(dict: Dict, indent: number, allowance: number, level: number): string {
    const pairs = sortedPairs(dict, this.#budget);
    const lines = pairs.map(([key, member], index) => {
      const name = repr(key, this.#budget);
      const rest = index === pairs.length - 1 ? allowance + 1 : 1;
      const column = indent + 1 + lengthOfText(name) + 2;
      return `${name}: ${this.format(member, column, rest, level + 1)}`;
    });
    return `{${lines.join(`,\n${" ".repeat(indent + 1)}`)}}`;
  }

  #items(items: readonly Value[], indent: number, allowance: number, level: number): string {
    const lines = Array.from(items, (item, index) =>
      this.format(item, indent + 1, index === items.length - 1 ? allowance : 1, level + 1),
    );
    return lines.join(`,\n${" ".repeat(indent + 1)}`);
  }

  /** A long text is split at its lines and words. */
  #text(text: string, indent: number, allowance: number, level: number): string {
    const isOutermost = level === 1;
    const column = indent + (isOutermost ? 1 : 0);
    const after = allowance + (isOutermost ? 1 : 0);
    const lines = linesOf(text, true);
    const chunks = lines.flatMap((line, index) =>
      this.#wordsOf(line, width - column, index === lines.length - 1 ? after : 0),
    );
    const joined = chunks.join(`\n${" ".repeat(column)}`);
    return isOutermost && chunks.length > 1 ? `(${joined})` : joined;
  }

  /** @param after characters that must fit behind the last part */
  #wordsOf(line: string, room: number, after: number): string[] {
    const literal = (text: string) => repr(text, this.#budget);
    if (lengthOfText(literal(line)) <= room - after) return [literal(line)];
    const parts = line.match(/\S*\s*/g)?.filter((part) => part !== "") ?? [];
    const chunks: string[] = [];
    let current = "";
    for (const [index, part] of parts.entries()) {
      const least = index === parts.length - 1 ? room - after : room;
      if (lengthOfText(literal(current + part)) <= least) {
        current += part;
        continue;
      }
      if (current !== "") chunks.push(literal(current));
      current = part;
    }
    return current === "" ? chunks : [...chunks, literal(current)];
  }
}

function withSortedKeys(value: Value, budget: Budget): Value {
  budget.step();
  if (value instanceof Dict) {
    const pairs = sortedPairs(value, budget);
    return new Dict(pairs.map(([key, member]) => [key, withSortedKeys(member, budget)]));
  }
  if (!Array.isArray(value)) return value;
  const items = Array.from(value, (item) => withSortedKeys(item, budget));
  return value instanceof Tuple ? tupleOf(items) : items;
}

function sortedPairs(dict: Dict, budget: Budget) {
  return [...dict].sort(([one], [other]) => orderAny(one, other, budget));
}

/** Keys that cannot be ordered are ordered by their types. */
function orderAny(one: DictKey, other: DictKey, budget: Budget): number {
  try {
    return order(one, other, budget);
  } catch (error) {
    if (!(error instanceof JinjaProblem)) throw error;
    return typeName(one) < typeName(other) ? -1 : 1;
  }
}
