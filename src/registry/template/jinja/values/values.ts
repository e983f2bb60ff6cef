import type { JsonValue } from "../../../json.ts";
import type { Budget } from "../../budget.ts";

/**
 * What an expression can be. Dicts are Maps, so that no value has a prototype a template could
 * reach. A missing value is undefined.
 */
export type Value = string | number | boolean | null | undefined | Value[] | Dict | Callable;

export type DictKey = string | number | boolean | null;
export class Dict extends Map<DictKey, Value> {}

/** A value and the items that have it, from `groupby`; also `group.grouper` and `group.list`. */
export class Group extends Array<Value> {}

/** Made by `namespace()`: the one thing whose attributes `set` can change. */
export class Namespace extends Dict {}

/** Macros, and what our own tables hold. */
export type Callable = (args: CallArguments) => Value;

/** What a function, a method, a filter or a test was given, by position or by name. */
export interface CallArguments {
  readonly callee: string;
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
  readonly budget: Budget;
  /** The arguments behind the first ones, with all that have a name. */
  after(count: number): CallArguments;
  with(name: string, value: Value): CallArguments;
  value(index: number, name: string): Value;
  /** A text; undefined when there is none or it is None. */
  optionalText(index: number, name: string): string | undefined;
  text(index: number, name: string, fallback?: string): string;
  integer(index: number, name: string, fallback?: number): number;
  flag(index: number, name: string): boolean;
}

/** The value of a JSON value: a copy, so that `append` and `update` change the copy. */
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

/** The number a value is in arithmetic; true is 1, as in Python. */
export function asNumber(value: Value): number | undefined {
  if (typeof value === "boolean") return Number(value);
  return typeof value === "number" ? value : undefined;
}

/** Python's name of a value's type, for messages. */
export function typeName(value: Value): string {
  if (value === undefined) return "missing value";
  if (value === null) return "None";
  if (Array.isArray(value)) return "list";
  if (value instanceof Dict) return "dict";
  if (typeof value === "string") return "str";
  return typeof value === "boolean" ? "bool" : typeof value;
}
