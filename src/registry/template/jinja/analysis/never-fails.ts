import type {
  Body,
  Compare,
  CompareOperator,
  Conditional,
  Expression,
  Filter,
  For,
  If,
  Member,
  Statement,
  Test,
} from "../parse/ast.ts";
import { nodesIn } from "../parse/child-nodes.ts";
import { targetNames } from "../parse/targets.ts";
import { functionNames } from "../run/functions.ts";
import { stringMethod } from "../values/string-methods.ts";
import { unsupportedAttributes } from "../values/unsupported-attributes.ts";
import {
  isLoopMember,
  isTotalTest,
  type Kind,
  kindAfterFilter,
  literalKind,
  unite,
} from "./value-kinds.ts";

/** The kinds of names at one position of the template. `loop` is the variable Jinja2 defines in loops. */
type VariableScope = ReadonlyMap<string, Kind | "loop">;

/**
 * Whether a Jinja2 template renders with any values of the given kinds. Conservative: false means only that the
 * analysis cannot prove it. Ignores the limits of a rendering (`renderLimits`).
 * @param given the kinds of names; other names are `maybe`
 */
export function neverFails(template: Body, given: ReadonlyMap<string, Kind>): boolean {
  const assigned = assignedNames(template);
  return allRun(template, given);

  function allRun(body: Body, scope: VariableScope): boolean {
    return body.every((it) => runs(it, scope));
  }

  function runs(node: Statement, scope: VariableScope): boolean {
    switch (node.kind) {
      case "text":
        return true;
      case "print":
        return works(node.value, scope);
      case "filter block": {
        const kind = kindOf(node.value, scope);
        return kind === "text" || kind === "maybe";
      }
      case "if":
        return ifRuns(node, scope);
      case "for":
        return loopRuns(node, scope);
      case "set":
        return node.target.kind === "name" && works(node.value, scope);
      default:
        return false;
    }
  }

  function ifRuns({ branches, otherwise }: If, scope: VariableScope): boolean {
    const branchesRun = branches.every(
      ({ condition, body }) => works(condition, scope) && allRun(body, whereTrue(condition, scope)),
    );
    return branchesRun && allRun(otherwise, scope);
  }

  function loopRuns(node: For, scope: VariableScope): boolean {
    const { target, items, condition, recursive, body, otherwise } = node;
    const kind = kindOf(items, scope);
    if (kind === undefined || kind === "any" || target.kind !== "name" || recursive) return false;
    if (!allRun(otherwise, scope)) return false;
    const inner = new Map(scope).set(
      target.name,
      kind === "text" || kind === "maybe" ? "text" : "any",
    );
    if (condition && !works(condition, inner)) return false;
    const kept = condition ? whereTrue(condition, inner) : inner;
    return allRun(body, new Map(kept).set("loop", "loop"));
  }

  function works(expression: Expression, scope: VariableScope): boolean {
    return kindOf(expression, scope) !== undefined;
  }

  /** Returns the kind of an expression's value; undefined when evaluating it may fail. */
  function kindOf(node: Expression, scope: VariableScope): Kind | undefined {
    switch (node.kind) {
      case "constant":
        return literalKind(node.value);
      case "name":
        return nameKind(node.name, scope);
      case "capture":
        return allRun(node.body, scope) ? "text" : undefined;
      case "list":
      case "tuple":
        return node.items.every((it) => works(it, scope)) ? "list" : undefined;
      case "not":
        return kindOf(node.value, scope) && "any";
      case "and":
        return andKind(node, scope);
      case "or":
        return orKind(kindOf(node.left, scope), kindOf(node.right, scope));
      case "conditional":
        return conditionalKind(node, scope);
      case "compare":
        return compareKind(node, scope);
      case "binary":
        return binaryKind(node, scope);
      case "test":
        return testKind(node, scope);
      case "filter":
        return filterKind(node, scope);
      case "member":
        return memberKind(node, scope);
      default:
        return undefined;
    }
  }

  function nameKind(name: string, scope: VariableScope): Kind | undefined {
    if (functionNames.has(name)) return undefined;
    if (assigned.has(name)) return "any";
    const kind = scope.get(name) ?? "maybe";
    return kind === "loop" ? "any" : kind;
  }

  function andKind(node: Expression, scope: VariableScope): Kind | undefined {
    const [first, ...others] = conjuncts(node);
    let kind = kindOf(first, scope);
    let kept = whereTrue(first, scope);
    for (const term of others) {
      kind = unite(kind, kindOf(term, kept));
      kept = whereTrue(term, kept);
    }
    return kind;
  }

  function orKind(left: Kind | undefined, right: Kind | undefined): Kind | undefined {
    // The left value is the result only if it is true, so it is not missing.
    return unite(left === "maybe" ? "text" : left, right);
  }

  function conditionalKind(node: Conditional, scope: VariableScope): Kind | undefined {
    const body = kindOf(node.whenTrue, whereTrue(node.condition, scope));
    const other = node.whenFalse ? kindOf(node.whenFalse, scope) : "maybe";
    return kindOf(node.condition, scope) && unite(body, other);
  }

  function compareKind({ first, rest }: Compare, scope: VariableScope): Kind | undefined {
    let left = kindOf(first, scope);
    for (const { operator, value } of rest) {
      const right = kindOf(value, scope);
      if (!isComparable(operator, left, right)) return undefined;
      left = right;
    }
    return "any";
  }

  function binaryKind(
    node: Extract<Expression, { kind: "binary" }>,
    scope: VariableScope,
  ): Kind | undefined {
    const [left, right] = [kindOf(node.left, scope), kindOf(node.right, scope)];
    if (left === undefined || right === undefined) return undefined;
    if (node.operator === "~") return "text";
    return node.operator === "+" && left === "text" && right === "text" ? "text" : undefined;
  }

  function testKind({ value, name, args }: Test, scope: VariableScope): Kind | undefined {
    const isTotal = isTotalTest(name) && Object.values(args).every(isNone);
    return isTotal && works(value, scope) ? "any" : undefined;
  }

  function filterKind({ value, name, args }: Filter, scope: VariableScope): Kind | undefined {
    const { positional, ...others } = args;
    const kinds = [value, ...positional].map((it) => kindOf(it, scope));
    const [first, ...rest] = kinds.filter((kind) => kind !== undefined);
    if (first === undefined || rest.length + 1 < kinds.length) return undefined;
    return Object.values(others).every(isNone) ? kindAfterFilter(name, first, rest) : undefined;
  }

  function memberKind({ target, key }: Member, scope: VariableScope): Kind | undefined {
    if (key.kind !== "constant") return undefined;
    if (kindOf(target, scope) === "text") return isMethodOfText(key.value) ? undefined : "any";
    const isLoop = target.kind === "name" && scope.get(target.name) === "loop";
    return isLoop && !assigned.has("loop") && isLoopMember(key.value) ? "any" : undefined;
  }

  /** Returns the scope where the condition is true: a name that is true or defined has a value. */
  function whereTrue(condition: Expression, scope: VariableScope): VariableScope {
    if (condition.kind === "and") {
      return conjuncts(condition).reduce<VariableScope>((kept, it) => whereTrue(it, kept), scope);
    }
    const isDefined = condition.kind === "test" && condition.name === "defined";
    const subject = isDefined ? condition.value : condition;
    if (subject.kind !== "name" || nameKind(subject.name, scope) !== "maybe") return scope;
    return new Map(scope).set(subject.name, "text");
  }
}

/** Returns `a`, `b` and `c` for `a and b and c`. */
function conjuncts(node: Expression): readonly [Expression, ...Expression[]] {
  const rest: Expression[] = [];
  let first = node;
  for (; first.kind === "and"; first = first.left) rest.push(first.right);
  return [first, ...rest.reverse()];
}

/** Whether comparing any values of these kinds succeeds. */
function isComparable(
  operator: CompareOperator,
  left: Kind | undefined,
  right: Kind | undefined,
): boolean {
  if (left === undefined || right === undefined) return false;
  if (operator === "==" || operator === "!=") return true;
  if (operator !== "in" && operator !== "not in") return left === "text" && right === "text";
  return right === "list" || (left === "text" && right !== "any");
}

/** A method cannot be printed. */
function isMethodOfText(name: unknown): boolean {
  if (typeof name !== "string") return false;
  return (
    name === "format" || stringMethod(name) !== undefined || unsupportedAttributes("").has(name)
  );
}

function isNone(args: readonly unknown[] | object | undefined): boolean {
  return args === undefined || (Array.isArray(args) && args.length === 0);
}

/** Returns every name that a `set` assigns. Such a name can have any value. */
function assignedNames(template: Body): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { node } of nodesIn(template)) {
    if (node.kind === "set") for (const name of targetNames(node.target)) names.add(name);
  }
  return names;
}
