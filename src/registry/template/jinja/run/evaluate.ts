import type { Budget } from "../../budget.ts";
import { applyFilter } from "../filters/filters.ts";
import { applyTest } from "../filters/tests.ts";
import type { Arguments, Body, Call, Compare, Expression } from "../parse/ast.ts";
import { JinjaProblem, renderingProblem } from "../problem.ts";
import { compare } from "../values/compare.ts";
import { keyOf } from "../values/dict-methods.ts";
import { iterate } from "../values/iterate.ts";
import { member, sliced } from "../values/member.ts";
import { operate, signed } from "../values/operators.ts";
import {
  type CallArguments,
  Dict,
  isTrue,
  JinjaObject,
  textOf,
  tupleOf,
  typeName,
  type Value,
} from "../values/values.ts";
import type { VariableScope } from "./scope.ts";

export interface Run {
  readonly budget: Budget;
  /** Renders a body. */
  render(body: Body, scope: VariableScope): string;
}

/**
 * Evaluates an expression. It never exposes a JavaScript object to the template, and counts all time
 * and memory in the budget.
 * @throws JinjaProblem without a line
 */
export function evaluate(node: Expression, scope: VariableScope, run: Run): Value {
  const { budget } = run;
  budget.step();
  const inside = (inner: Expression) => evaluate(inner, scope, run);
  switch (node.kind) {
    case "constant":
      return node.value;
    case "name":
      return scope.get(node.name);
    case "list":
      return node.items.map(inside);
    case "tuple":
      return tupleOf(node.items.map(inside));
    case "dict":
      return new Dict(node.pairs.map(({ key, value }) => [keyOf(inside(key)), inside(value)]));
    case "member": {
      const target = existing(node.target, inside(node.target));
      return member(target, inside(node.key), node.dotted, budget);
    }
    case "slice": {
      const target = existing(node.target, inside(node.target));
      const bounds = [node.start, node.stop, node.step].map((bound) => bound && inside(bound));
      return sliced(target, bounds, budget);
    }
    case "call":
      return call(node, argumentsOf(calleeOf(node), node.args, scope, run), scope, run);
    case "filter": {
      const value = inside(node.value);
      const args = argumentsOf(`the filter "${node.name}"`, node.args, scope, run);
      return applyFilter(node.name, value, args);
    }
    case "test": {
      const value = inside(node.value);
      const args = argumentsOf(`the test "${node.name}"`, node.args, scope, run);
      return applyTest(node.name, value, args);
    }
    case "not":
      return !isTrue(inside(node.value));
    case "and": {
      const left = inside(node.left);
      return isTrue(left) ? inside(node.right) : left;
    }
    case "or": {
      const left = inside(node.left);
      return isTrue(left) ? left : inside(node.right);
    }
    case "conditional":
      if (isTrue(inside(node.condition))) return inside(node.whenTrue);
      return node.whenFalse && inside(node.whenFalse);
    case "sign":
      return signed(node.sign, inside(node.value));
    case "binary": {
      const [left, right] = [inside(node.left), inside(node.right)];
      try {
        return operate(node.operator, left, right, budget);
      } catch (error) {
        throw orUndefined(error, [node.left, left], [node.right, right]);
      }
    }
    case "compare":
      return compareAll(node, scope, run);
    case "capture":
      return run.render(node.body, scope.inner(node.body));
  }
}

/** @param args the evaluated arguments */
export function call(node: Call, args: CallArguments, scope: VariableScope, run: Run): Value {
  const target = existing(node.target, evaluate(node.target, scope, run));
  const callable = target instanceof JinjaObject ? target.call : target;
  if (typeof callable === "function") return callable(args);
  throw renderingProblem(
    `'${describe(node.target)}' is a ${typeName(target)} and cannot be called`,
  );
}

/** Returns the callee's name for error messages. */
export function calleeOf({ target }: Call): string {
  return `${describe(target)}()`;
}

export function argumentsOf(
  callee: string,
  { positional, named, spread, spreadNamed }: Arguments,
  scope: VariableScope,
  run: Run,
): CallArguments {
  const { budget } = run;
  const values = positional.map((it) => evaluate(it, scope, run));
  const more = spread ? iterate(evaluate(spread, scope, run), budget) : [];
  const byName = new Map(named.map(({ name, value }) => [name, evaluate(value, scope, run)]));
  if (spreadNamed) {
    const others = evaluate(spreadNamed, scope, run);
    if (!(others instanceof Dict)) throw renderingProblem('only a dict can follow "**"');
    budget.step(others.size);
    for (const [key, value] of others) {
      const name = textOf(key);
      if (name === undefined) throw renderingProblem('only names can follow "**"');
      if (byName.has(name)) throw renderingProblem(`${callee} has two values for "${name}"`);
      byName.set(name, value);
    }
  }
  return { callee, positional: [...values, ...more], named: byName, budget };
}

/** Each value is evaluated only if the comparisons before it are true. */
function compareAll({ first, rest }: Compare, scope: VariableScope, run: Run): boolean {
  let left: Operand = [first, evaluate(first, scope, run)];
  return rest.every(({ operator, value }) => {
    const right: Operand = [value, evaluate(value, scope, run)];
    try {
      return compare(operator, left[1], right[1], run.budget);
    } catch (error) {
      throw orUndefined(error, left, right);
    } finally {
      left = right;
    }
  });
}

type Operand = readonly [Expression, Value];

/** What an operator does not accept is told by its name where it is missing, as Python does. */
function orUndefined(error: unknown, ...operands: readonly Operand[]): unknown {
  const absent = operands.find(([, value]) => value === undefined);
  const isTold = absent === undefined || !(error instanceof JinjaProblem);
  return isTold ? error : undefinedProblem(describe(absent[0]));
}

function existing(node: Expression, value: Value): Value {
  if (value === undefined) throw undefinedProblem(describe(node));
  return value;
}

export function undefinedProblem(name: string): JinjaProblem {
  return renderingProblem(`'${name}' is undefined`);
}

/** Returns an expression's name for error messages. */
function describe(node: Expression): string {
  if (node.kind === "name") return node.name;
  if (node.kind !== "member" || node.key.kind !== "constant") return "the value";
  return `${describe(node.target)}.${node.key.value}`;
}
