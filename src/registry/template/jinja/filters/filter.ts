import { pythonText } from "../values/text.ts";
import { type CallArguments, Markup, type Value } from "../values/values.ts";

/** Applies `value | name(args)` for any filter. */
export type ApplyFilter = (name: string, value: Value, args: CallArguments) => Value;

/** Filters by name. `map` applies another filter to each item. */
export type Filters = Readonly<
  Record<string, (value: Value, args: CallArguments, applyFilter: ApplyFilter) => Value>
>;

/** Returns the text that a value prints as, and counts it. */
export function printedText(value: Value, { budget }: CallArguments): string {
  const text = pythonText(value, budget);
  budget.text(text.length);
  return text;
}

/** A filter for text that keeps the mark of text that is escaped. */
export function keepMark(value: Value, text: string): Value {
  return value instanceof Markup ? new Markup(text) : text;
}
