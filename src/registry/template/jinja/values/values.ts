import type { JsonValue } from "../../../json.ts";
import type { Budget } from "../../budget.ts";

/**
 * A value of an expression. Dicts are Maps, so that no template can reach a prototype. A missing
 * value is undefined.
 */
export type Value = string | number | boolean | null | undefined | Value[] | Dict | Callable;

export type DictKey = string | number | boolean | null;
export class Dict extends Map<DictKey, Value> {}

/** A group of `groupby`: its value and items, also as `group.grouper` and `group.list`. */
export class Group extends Array<Value> {}

/** Created by `namespace()`. `set` can change only attributes of a namespace. */
export class Namespace extends Dict {}

/** A macro, function or method. */
export type Callable = (args: CallArguments) => Value;

/** The positional and named arguments of a function, method, filter or test. */
export interface CallArguments {
  readonly callee: string;
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
  readonly budget: Budget;
  /** Returns the arguments without the first positional ones, and with all named ones. */
  after(count: number): CallArguments;
  with(name: string, value: Value): CallArguments;
  value(index: number, name: string): Value;
  /** Returns a text, or undefined when the argument is missing or None. */
  optionalText(index: number, name: string): string | undefined;
  text(index: number, name: string, fallback?: string): string;
  integer(index: number, name: string, fallback?: number): number;
  flag(index: number, name: string): boolean;
}

/** Converts a JSON value. The result is a copy, so `append` and `update` do not change the original. */
export function fromJson(json: JsonValue, budget: Budget): Value {
  budget.step();
  if (Array.isArray(json)) return json.map((item) => fromJson(item, budget));
  if (typeof json !== "object" || json === null) return json;
  return new Dict(Object.entries(json).map(([key, item]) => [key, fromJson(item, budget)]));
}

export function isTrue(value: Value): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return value instanceof Dict ? value.size > 0 : Boolean(value);
}

/** Returns a value as a number for arithmetic. As in Python, true is 1. */
export function asNumber(value: Value): number | undefined {
  if (typeof value === "boolean") return Number(value);
  return typeof value === "number" ? value : undefined;
}

/** Returns Python's name for a value's type, for error messages. */
export function typeName(value: Value): string {
  if (value === undefined) return "missing value";
  if (value === null) return "None";
  if (Array.isArray(value)) return "list";
  if (value instanceof Dict) return "dict";
  if (typeof value === "string") return "str";
  return typeof value === "boolean" ? "bool" : typeof value;
}
