import type { Budget } from "../budget.ts";
import { CallArguments } from "./call-arguments.ts";
import { applyFilter } from "./filters.ts";
import { Frame } from "./frame.ts";
import { loopAt } from "./functions.ts";
import { member } from "./member.ts";
import type { Nunjucks } from "./nunjucks.ts";
import { compare, isKey, iterate, operate } from "./operators.ts";
import { JinjaProblem, renderingProblem } from "./problem.ts";
import { applyTest } from "./tests.ts";
import { pythonText } from "./text.ts";
import {
  asNumber,
  type Callable,
  Dict,
  type DictKey,
  isTrue,
  type Keywords,
  MacroText,
  Namespace,
  typeName,
  type Value,
} from "./values.ts";

/** Variables of the template itself, which its macros see too. */
export interface Context {
  get(name: string): Value;
  setVariable(name: string, value: Value): void;
  addExport(): void;
}

export type Runtime = ReturnType<typeof jinjaRuntime>;

/**
 * What compiled templates call for everything they do. Nothing in here hands out a value of
 * JavaScript's own, and everything that takes time or room is counted.
 */
export function jinjaRuntime({ runtime: nunjucks }: Nunjucks, budget: Budget) {
  const runtime = {
    Frame,
    SafeString: MacroText,
    makeMacro: (
      names: readonly string[],
      keywords: readonly string[],
      body: Callable,
    ): Callable => {
      const macro = nunjucks.makeMacro(names, keywords, body);
      return (...args) => {
        budget.step();
        return macro(...args);
      };
    },
    handleError: (error: unknown, line: number) =>
      error instanceof JinjaProblem && error.line === undefined
        ? new JinjaProblem(error.kind, error.message, line + 1)
        : error,

    lookup: (frame: Frame, context: Context, name: string): Value => {
      budget.step();
      const owner = frame.owner(name);
      return owner ? owner.get(name) : context.get(name);
    },
    assign: (frame: Frame, context: Context, names: readonly string[], value: Value): void => {
      runtime.bind(frame, names, value);
      if (!frame.topLevel) return;
      for (const name of names) context.setVariable(name, frame.get(name));
    },
    bind: (frame: Frame, names: readonly string[], value: Value): void => {
      const values = names.length === 1 ? [value] : iterate(value, budget);
      if (values.length !== names.length) {
        throw renderingProblem(`${values.length} values cannot be given to ${names.length} names`);
      }
      for (const [index, name] of names.entries()) frame.set(name, values[index]);
    },
    setMember: (target: Value, key: Value, value: Value): void => {
      if (!(target instanceof Namespace) || !isKey(key)) {
        throw renderingProblem("only an attribute of namespace() can be set");
      }
      target.set(key, value);
    },

    iterate: (value: Value) => iterate(value, budget),
    loop: (items: readonly Value[], index: number): Dict => {
      // Making the dict takes longer than other steps do.
      budget.step(5);
      return loopAt(items, index);
    },
    truth: isTrue,
    or: (left: Value) => (right: () => Value) => (isTrue(left) ? left : right()),
    and: (left: Value) => (right: () => Value) => (isTrue(left) ? right() : left),

    data: (text: string): string => {
      budget.text(text.length);
      return text;
    },
    print: (value: Value): string => runtime.data(pythonText(value, budget)),

    member: (described: string, target: Value, key: Value) => {
      budget.step();
      return member(described, target, key, budget);
    },
    call: (described: string, target: Value, args: readonly (Value | Keywords)[]): Value => {
      budget.step();
      if (target === undefined) throw renderingProblem(`'${described}' is undefined`);
      if (typeof target !== "function") {
        throw renderingProblem(`'${described}' is a ${typeName(target)} and cannot be called`);
      }
      const result = target(...args);
      return result instanceof MacroText ? result.text : result;
    },
    filter: (name: string, [value, ...args]: readonly Value[]): Value => {
      budget.step();
      return applyFilter(name, value, CallArguments.from(`the filter "${name}"`, args, budget));
    },
    test: (name: string, value: Value, args: readonly Value[] = []): boolean => {
      budget.step();
      return applyTest(name, value, CallArguments.from(`the test "${name}"`, args, budget));
    },

    dict: (entries: readonly (readonly [Value, Value])[]): Dict =>
      new Dict(entries.map(([key, value]): [DictKey, Value] => [keyOf(key), value])),
    keywords: (entries: readonly (readonly [string, Value])[]): object =>
      nunjucks.makeKeywordArgs(Object.assign(Object.create(null), Object.fromEntries(entries))),
    operate: (operator: string, left: Value, right: Value) => {
      budget.step();
      return operate(operator, left, right, budget);
    },
    negative: (value: Value): number => {
      const number = asNumber(value);
      if (number !== undefined) return 0 - number;
      throw renderingProblem(`"-" does not take a ${typeName(value)}`);
    },
    /** `a < b < c`: each operator between its neighbours. */
    compare: (operators: readonly string[], ...values: readonly Value[]): boolean =>
      operators.every((operator, index) =>
        compare(operator, values[index], values[index + 1], budget),
      ),
  };
  return runtime;
}

function keyOf(value: Value): DictKey {
  if (isKey(value)) return value;
  throw renderingProblem(`a ${typeName(value)} cannot be the key of a dict`);
}
