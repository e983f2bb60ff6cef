import type { CompareOperator } from "../parse/ast.ts";
import { renderingProblem } from "../problem.ts";
import { compare, contains, equals } from "../values/operators.ts";
import { asNumber, type CallArguments, Dict, type Value } from "../values/values.ts";

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

function compared(operator: CompareOperator): Test {
  return (value, args) => compare(operator, value, args.value(0, "other"), args.budget);
}

const tests: Readonly<Record<string, Test>> = {
  defined: (value) => value !== undefined,
  undefined: (value) => value === undefined,
  none: (value) => value === null,
  boolean: (value) => typeof value === "boolean",
  true: (value) => value === true,
  false: (value) => value === false,
  number: (value) => asNumber(value) !== undefined,
  integer: (value) => Number.isInteger(value),
  float: (value) => typeof value === "number" && !Number.isInteger(value),
  string: (value) => typeof value === "string",
  mapping: (value) => value instanceof Dict,
  iterable: isIterable,
  sequence: isIterable,
  callable: (value) => typeof value === "function",
  odd: (value) => remainder(value, 2) === 1,
  even: (value) => remainder(value, 2) === 0,
  divisibleby: (value, args) => remainder(value, args.integer(0, "num")) === 0,
  lower: (value, args) => isCased(value, args) && value === value.toLowerCase(),
  upper: (value, args) => isCased(value, args) && value === value.toUpperCase(),
  in: (value, args) => contains(args.value(0, "seq"), value, args.budget),
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

function isSame(value: Value, args: CallArguments): boolean {
  const other = args.value(0, "other");
  if (typeof value !== "string" || typeof other !== "string") return value === other;
  return equals(value, other, args.budget);
}

function isIterable(value: Value): boolean {
  return (
    value === undefined ||
    typeof value === "string" ||
    Array.isArray(value) ||
    value instanceof Dict
  );
}

function isCased(value: Value, { budget }: CallArguments): value is string {
  if (typeof value !== "string") return false;
  budget.text(value.length);
  return value.toLowerCase() !== value.toUpperCase();
}

function remainder(value: Value, divisor: number): number {
  const number = asNumber(value);
  if (number === undefined || divisor === 0) {
    throw renderingProblem("the divisibility test needs numbers, and a divisor other than zero");
  }
  return number - divisor * Math.floor(number / divisor);
}
