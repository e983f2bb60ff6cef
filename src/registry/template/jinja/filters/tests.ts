import type { CompareOperator } from "../parse/ast.ts";
import { renderingProblem } from "../problem.ts";
import { isLowerText, isUpperText } from "../python/case.ts";
import { BoundArguments } from "../values/arguments.ts";
import { compare, contains, equals } from "../values/compare.ts";
import { keyOf } from "../values/dict-methods.ts";
import { isIterable } from "../values/iterate.ts";
import { asNumeric } from "../values/numeric.ts";
import { operate } from "../values/operators.ts";
import { pythonText } from "../values/text.ts";
import {
  type CallArguments,
  Dict,
  JinjaObject,
  Markup,
  Range,
  textOf,
  type Value,
} from "../values/values.ts";
import { filterNames } from "./filter-names.ts";

type Test = (value: Value, args: CallArguments) => boolean;

export function hasTest(name: string): boolean {
  return Object.hasOwn(tests, name);
}

/** Evaluates `value is name(args)`. @throws JinjaProblem for an unknown test */
export function applyTest(name: string, value: Value, args: CallArguments): boolean {
  const test = Object.hasOwn(tests, name) ? tests[name] : undefined;
  if (!test) throw renderingProblem(`there is no test named "${name}"`);
  return test(value, args);
}

function alone(test: (value: Value) => boolean): Test {
  return (value, args) => {
    new BoundArguments(args, []);
    return test(value);
  };
}

function compared(operator: CompareOperator): Test {
  return (value, args) => {
    const other = new BoundArguments(args, ["other"], 1).value("other");
    return compare(operator, value, other, args.budget);
  };
}

function remainderIs(divisor: bigint, wanted: bigint): Test {
  return (value, args) => {
    const rest = operate("%", value, divisor, args.budget);
    return equals(rest, wanted, args.budget);
  };
}

const tests: Readonly<Record<string, Test>> = {
  defined: alone((value) => value !== undefined),
  undefined: alone((value) => value === undefined),
  none: alone((value) => value === null),
  boolean: alone((value) => typeof value === "boolean"),
  true: alone((value) => value === true),
  false: alone((value) => value === false),
  number: alone((value) => asNumeric(value) !== undefined),
  integer: alone((value) => typeof value === "bigint"),
  float: alone((value) => typeof value === "number"),
  string: alone((value) => textOf(value) !== undefined),
  mapping: alone((value) => value instanceof Dict),
  iterable: alone(isIterable),
  sequence: alone(isSequence),
  callable: alone((value) => typeof value === "function" || isCallable(value)),
  escaped: alone((value) => value instanceof Markup),
  odd: remainderIs(2n, 1n),
  even: remainderIs(2n, 0n),
  divisibleby(value, args) {
    const divisor = new BoundArguments(args, ["num"], 1).value("num");
    return equals(operate("%", value, divisor, args.budget), 0n, args.budget);
  },
  lower: (value, args) => isLowerText(printed(value, args)),
  upper: (value, args) => isUpperText(printed(value, args)),
  in: (value, args) =>
    contains(new BoundArguments(args, ["seq"], 1).value("seq"), value, args.budget),
  filter: (value) => filterNames.has(textOf(keyOf(value)) ?? ""),
  test: (value) => Object.hasOwn(tests, textOf(keyOf(value)) ?? ""),
  sameas: isSame,
  eq: compared("=="),
  equalto: compared("=="),
  "==": compared("=="),
  ne: compared("!="),
  "!=": compared("!="),
  lt: compared("<"),
  lessthan: compared("<"),
  "<": compared("<"),
  le: compared("<="),
  "<=": compared("<="),
  gt: compared(">"),
  greaterthan: compared(">"),
  ">": compared(">"),
  ge: compared(">="),
  ">=": compared(">="),
};

function printed(value: Value, { budget }: CallArguments): string {
  const text = pythonText(value, budget);
  budget.text(text.length);
  return text;
}

function isCallable(value: Value): boolean {
  return value === undefined || (value instanceof JinjaObject && value.call !== undefined);
}

function isSequence(value: Value): boolean {
  return (
    value === undefined ||
    textOf(value) !== undefined ||
    Array.isArray(value) ||
    value instanceof Dict ||
    value instanceof Range
  );
}

/**
 * Whether both are one object. Python keeps one object of each small int; whether equal texts and
 * other numbers are one object depends on where they come from.
 */
function isSame(value: Value, args: CallArguments): boolean {
  const other = new BoundArguments(args, ["other"], 1).value("other");
  if (typeof value !== typeof other) return false;
  if (typeof value === "bigint" && value >= -5n && value <= 256n) return value === other;
  if (typeof value === "string" || typeof value === "bigint" || typeof value === "number") {
    if (!equals(value, other, args.budget)) return false;
    throw renderingProblem(
      'whether equal texts or numbers are the same object is not defined: use "eq"',
    );
  }
  return value === other;
}
