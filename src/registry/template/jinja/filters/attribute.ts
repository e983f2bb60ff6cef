import { renderingProblem } from "../problem.ts";
import { member } from "../values/member.ts";
import { asIndex } from "../values/numeric.ts";
import { pythonText } from "../values/text.ts";
import { type CallArguments, textOf, type Value } from "../values/values.ts";

export type Getter = (item: Value) => Value;

/**
 * Returns a function that reads the member `a.b.0` of an item, or the item itself without a path.
 * @param fallback what a missing member becomes, unless it is missing or None itself
 */
export function memberAt(path: Value, { budget }: CallArguments, fallback?: Value): Getter {
  const whole = asIndex(path);
  const keys =
    path === undefined || path === null
      ? []
      : whole !== undefined
        ? [whole]
        : pythonText(path, budget)
            .split(".")
            .map((name) => (/^\d+$/.test(name) ? BigInt(name) : name));
  return (item) => {
    budget.step(keys.length);
    return keys.reduce<Value>((found, key) => {
      if (found === undefined) throw renderingProblem("'the item' is undefined");
      const value = member(found, key, false, budget);
      return value === undefined && fallback !== null ? fallback : value;
    }, item);
  };
}

/** Folds case, unless the comparison is case-sensitive. */
export function folded(value: Value, isCaseSensitive: boolean, { budget }: CallArguments): Value {
  const text = textOf(value);
  if (text === undefined || isCaseSensitive) return value;
  budget.text(text.length);
  return text.toLowerCase();
}
