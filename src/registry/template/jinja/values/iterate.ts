import type { Budget } from "../../budget.ts";
import { renderingProblem } from "../problem.ts";
import { lengthOfText } from "../python/code-points.ts";
import { Dict, DictView, Generator, Range, textOf, typeName, type Value } from "./values.ts";

/** Returns the items of a value: characters of a text, keys of a dict, none for a missing value. */
export function iterate(value: Value, budget: Budget): readonly Value[] {
  if (value === undefined) return [];
  const text = textOf(value);
  if (text !== undefined) {
    budget.step(text.length);
    return [...text];
  }
  if (Array.isArray(value)) {
    budget.step(value.length);
    return Array.from(value);
  }
  if (value instanceof Generator) return readAll(value, budget);
  if (value instanceof Dict) {
    budget.step(value.size);
    return [...value.keys()];
  }
  if (value instanceof DictView || value instanceof Range) {
    budget.step(value instanceof Range ? Number(value.length) : value.size);
    return [...value];
  }
  throw renderingProblem(`a ${typeName(value)} cannot be iterated`);
}

function readAll({ items }: Generator, budget: Budget): readonly Value[] {
  const read: Value[] = [];
  for (let next = items.next(); !next.done; next = items.next()) {
    budget.step();
    read.push(next.value);
  }
  return read;
}

/** Returns Python's `len()`. @throws JinjaProblem for a value without a length */
export function lengthOf(value: Value): bigint {
  if (value === undefined) return 0n;
  const text = textOf(value);
  if (text !== undefined) return BigInt(lengthOfText(text));
  if (Array.isArray(value)) return BigInt(value.length);
  if (value instanceof Range) return value.length;
  if (value instanceof Dict || value instanceof DictView) return BigInt(value.size);
  throw renderingProblem(`a ${typeName(value)} has no length`);
}

export function isIterable(value: Value): boolean {
  return (
    value === undefined ||
    textOf(value) !== undefined ||
    Array.isArray(value) ||
    [Dict, DictView, Range, Generator].some((kind) => value instanceof kind)
  );
}

/** Creates a generator whose items are computed when they are read. */
export function generate(items: () => Iterator<Value>): Generator {
  return new Generator(items());
}
