import type { Budget } from "../../budget.ts";

/**
 * A value of an expression, by Python's types: a bigint is an `int`, a number is a `float`, null is
 * `None`, and undefined is a missing value. No value gives a template access to a JavaScript object.
 */
export type Value =
  | string
  | Markup
  | bigint
  | number
  | boolean
  | null
  | undefined
  | Value[]
  | Range
  | Dict
  | DictView
  | Generator
  | Namespace
  | Callable
  | JinjaObject;

/** A tuple. Every other array is a list. */
export class Tuple extends Array<Value> {
  // Methods such as `map` return lists.
  static override readonly [Symbol.species] = Array;
}

export function tupleOf(items: Iterable<Value>): Tuple {
  const tuple = new Tuple();
  for (const item of items) tuple.push(item);
  return tuple;
}

/** A group of `groupby`: its value and its items, also as `group.grouper` and `group.list`. */
export class Group extends Tuple {}

/** The numbers of `range()`. */
export class Range {
  constructor(
    readonly start: bigint,
    readonly stop: bigint,
    readonly step: bigint,
  ) {}

  get length(): bigint {
    const { start, stop, step } = this;
    const span = step > 0n ? stop - start : start - stop;
    const size = step > 0n ? step : 0n - step;
    return span <= 0n ? 0n : (span + size - 1n) / size;
  }

  *[Symbol.iterator](): IterableIterator<bigint> {
    const { length } = this;
    for (let index = 0n; index < length; index += 1n) yield this.start + index * this.step;
  }
}

/** Text that is marked as safe for HTML. Text that is added to it is escaped. */
export class Markup {
  constructor(readonly text: string) {}
}

export type DictKey = string | Markup | bigint | number | boolean | null | undefined | Tuple;

/** A dict. As in Python, 1, 1.0 and True are one key, which keeps its first spelling. */
export class Dict {
  readonly #entries = new Map<unknown, [DictKey, Value]>();

  constructor(entries: Iterable<readonly [DictKey, Value]> = []) {
    for (const [key, value] of entries) this.set(key, value);
  }

  get size(): number {
    return this.#entries.size;
  }

  has(key: DictKey): boolean {
    return this.#entries.has(hashOf(key));
  }

  get(key: DictKey): Value {
    return this.#entries.get(hashOf(key))?.[1];
  }

  set(key: DictKey, value: Value): void {
    const hash = hashOf(key);
    const entry = this.#entries.get(hash);
    if (entry) entry[1] = value;
    else this.#entries.set(hash, [key, value]);
  }

  delete(key: DictKey): void {
    this.#entries.delete(hashOf(key));
  }

  clear(): void {
    this.#entries.clear();
  }

  *keys(): IterableIterator<DictKey> {
    for (const [key] of this.#entries.values()) yield key;
  }

  *values(): IterableIterator<Value> {
    for (const [, value] of this.#entries.values()) yield value;
  }

  *[Symbol.iterator](): IterableIterator<readonly [DictKey, Value]> {
    yield* this.#entries.values();
  }
}

/** Equal keys have one hash. Numbers have the hash of their value, and all else has a text. */
function hashOf(key: DictKey): unknown {
  if (typeof key === "string") return `str ${key}`;
  if (key instanceof Markup) return `str ${key.text}`;
  if (typeof key === "boolean") return BigInt(key);
  if (typeof key === "number") return Number.isInteger(key) ? BigInt(key) : key;
  if (!Array.isArray(key)) return key;
  const hashes = Array.from(key, (item) => (isKey(item) ? hashOf(item) : undefined));
  return `tuple ${JSON.stringify(hashes.map((hash) => `${typeof hash} ${String(hash)}`))}`;
}

/** Whether the value can be the key of a dict. */
export function isKey(value: Value): value is DictKey {
  if (value instanceof Tuple) return value.every((item) => isKey(item));
  if (value instanceof Markup) return true;
  return typeof value !== "object" && typeof value !== "function" ? true : value === null;
}

/** What `keys()`, `values()` or `items()` of a dict returns. It shows later changes of the dict. */
export class DictView {
  constructor(
    readonly kind: "keys" | "values" | "items",
    readonly dict: Dict,
  ) {}

  get size(): number {
    return this.dict.size;
  }

  *[Symbol.iterator](): IterableIterator<Value> {
    if (this.kind === "keys") yield* this.dict.keys();
    else if (this.kind === "values") yield* this.dict.values();
    else for (const entry of this.dict) yield tupleOf(entry);
  }
}

/** What many filters return: items that are computed when they are read, and read once. */
export class Generator {
  readonly items: Iterator<Value>;

  constructor(items: Iterator<Value>) {
    this.items = items;
  }
}

/** Created by `namespace()`. `set` can change only attributes of a namespace. */
export class Namespace {
  constructor(readonly attributes: Dict) {}
}

/** A macro, function or method. */
export type Callable = (args: CallArguments) => Value;

/** An object of Jinja2, such as `loop`: members, and perhaps a call. */
export class JinjaObject {
  readonly members: ReadonlyMap<string, Value>;
  readonly call: Callable | undefined;
  /** What it prints as. Undefined where Python would print an address in memory. */
  readonly text: string | undefined;

  /** @param members may change later */
  constructor(
    members: ReadonlyMap<string, Value>,
    { call, text }: { readonly call?: Callable | undefined; readonly text?: string } = {},
  ) {
    this.members = members;
    this.call = call;
    this.text = text;
  }
}

/** The positional and named arguments of a function, method, filter or test. */
export interface CallArguments {
  readonly callee: string;
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
  readonly budget: Budget;
}

export function isList(value: Value): value is Value[] {
  return Array.isArray(value) && !(value instanceof Tuple);
}

/** Returns the text of a str, whether or not it is marked as safe. */
export function textOf(value: Value): string | undefined {
  if (typeof value === "string") return value;
  return value instanceof Markup ? value.text : undefined;
}

export function isTrue(value: Value): boolean {
  if (Array.isArray(value)) return value.length > 0;
  if (value instanceof Markup) return value.text !== "";
  if (value instanceof Range) return value.length > 0n;
  if (value instanceof Dict || value instanceof DictView) return value.size > 0;
  return Boolean(value) || Number.isNaN(value);
}

/** Returns Python's name for a value's type, for error messages. */
export function typeName(value: Value): string {
  if (value === undefined) return "missing value";
  if (value === null) return "None";
  if (value instanceof Tuple) return "tuple";
  if (Array.isArray(value)) return "list";
  if (value instanceof Dict) return "dict";
  if (value instanceof DictView) return `dict_${value.kind}`;
  if (value instanceof Range) return "range";
  if (value instanceof Generator) return "generator";
  if (textOf(value) !== undefined) return "str";
  if (typeof value === "bigint") return "int";
  if (typeof value === "number") return "float";
  return typeof value === "boolean" ? "bool" : "function";
}
