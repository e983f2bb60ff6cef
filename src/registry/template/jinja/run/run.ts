import { nounFor } from "../../../text/count.ts";
import type { Budget } from "../../budget.ts";
import type { Body, For, If, Statement, Target } from "../parse/ast.ts";
import { atLine, renderingProblem } from "../problem.ts";
import { BoundArguments } from "../values/arguments.ts";
import { iterate } from "../values/iterate.ts";
import { pythonText } from "../values/text.ts";
import { type Callable, isList, isTrue, Namespace, textOf, type Value } from "../values/values.ts";
import { argumentsOf, call, calleeOf, evaluate, type Run } from "./evaluate.ts";
import { LoopState } from "./loop.ts";
import { createMacro } from "./macro.ts";
import type { VariableScope } from "./scope.ts";

/** Maximum nesting of calls of macros and recursive loops. Jinja2's own limit is about 200. */
const callLimit = 200;

/** Executes statements. The texts of one prompt share a budget. */
export class TemplateRun implements Run {
  readonly budget: Budget;
  #calls = 0;

  constructor(budget: Budget) {
    this.budget = budget;
  }

  /** @throws JinjaProblem, with the line of the innermost statement that fails */
  render(body: Body, scope: VariableScope): string {
    let text = "";
    for (const statement of body) {
      text += atLine(statement.line, () => this.#execute(statement, scope));
    }
    return text;
  }

  #execute(node: Statement, scope: VariableScope): string {
    switch (node.kind) {
      case "text":
        return this.#counted(node.text);
      case "print":
        return this.#printed(evaluate(node.value, scope, this));
      case "filter block": {
        const text = textOf(evaluate(node.value, scope, this));
        if (text !== undefined) return this.#counted(text);
        throw renderingProblem('the last filter of a "filter" block must return a text');
      }
      case "if":
        return this.#branch(node, scope);
      case "for":
        return this.#loop(node, evaluate(node.items, scope, this), scope, 1);
      case "set":
        this.#bind(node.target, evaluate(node.value, scope, this), scope);
        return "";
      case "macro":
        scope.set(node.name, createMacro(node, scope, this, this.#limited));
        return "";
      case "call block": {
        const args = argumentsOf(calleeOf(node.call), node.call.args, scope, this);
        const caller = createMacro(node, scope, this, this.#limited);
        const named = new Map(args.named).set("caller", caller);
        return this.#printed(call(node.call, { ...args, named }, scope, this));
      }
      case "with": {
        const inner = scope.inner(node.body);
        for (const { target, value } of node.bindings) {
          this.#bind(target, evaluate(value, scope, this), inner);
        }
        return this.render(node.body, inner);
      }
    }
  }

  #branch({ branches, otherwise }: If, scope: VariableScope): string {
    const chosen = branches.find(({ condition, line }) =>
      atLine(line, () => isTrue(evaluate(condition, scope, this))),
    );
    return this.render(chosen?.body ?? otherwise, scope);
  }

  #loop(node: For, value: Value, scope: VariableScope, depth: number): string {
    // As in Python, a loop over a list sees what is appended to the list meanwhile.
    const items =
      isList(value) && !node.condition
        ? value
        : iterate(value, this.budget).filter((item) => this.#isWanted(node, item, scope));
    if (items.length === 0) return this.render(node.otherwise, scope.inner(node.otherwise));
    const again: Callable = (args) => {
      const inner = new BoundArguments(args, ["iterable"], 1).value("iterable");
      return this.#loop(node, inner, scope, depth + 1);
    };
    const loop = new LoopState(items, depth, node.recursive ? this.#limited(again) : undefined);
    let text = "";
    for (let index = 0; index < items.length; index += 1) {
      const item = items[index];
      // Creating `loop` takes longer than other steps.
      this.budget.step(5);
      const inner = scope.inner(node.body);
      this.#bind(node.target, item, inner);
      inner.set("loop", loop.at(index));
      text += this.render(node.body, inner);
    }
    return text;
  }

  #isWanted({ target, condition }: For, item: Value, scope: VariableScope): boolean {
    if (!condition) return true;
    const inner = scope.inner([]);
    this.#bind(target, item, inner);
    return isTrue(evaluate(condition, inner, this));
  }

  #bind(target: Target, value: Value, scope: VariableScope): void {
    if (target.kind === "name") scope.set(target.name, value);
    else if (target.kind === "attribute")
      setAttribute(scope.get(target.name), target.attribute, value);
    else this.#unpack(target.items, value, scope);
  }

  #unpack(targets: readonly Target[], value: Value, scope: VariableScope): void {
    const values = iterate(value, this.budget);
    if (values.length !== targets.length) {
      throw renderingProblem(
        `${values.length} ${nounFor(values.length, "value")} cannot be assigned to ${targets.length} ${nounFor(targets.length, "name")}`,
      );
    }
    for (const [index, item] of targets.entries()) this.#bind(item, values[index], scope);
  }

  /** Ends endless recursion before the stack overflows. */
  readonly #limited =
    (callable: Callable): Callable =>
    (args) => {
      if (this.#calls >= callLimit) {
        throw renderingProblem(`it is nested too deeply: more than ${callLimit} nested calls`);
      }
      this.#calls += 1;
      const value = callable(args);
      this.#calls -= 1;
      return value;
    };

  #printed(value: Value): string {
    return this.#counted(pythonText(value, this.budget));
  }

  #counted(text: string): string {
    this.budget.text(text.length);
    return text;
  }
}

function setAttribute(namespace: Value, attribute: string, value: Value): void {
  if (!(namespace instanceof Namespace)) {
    throw renderingProblem("only an attribute of namespace() can be set");
  }
  namespace.attributes.set(attribute, value);
}
