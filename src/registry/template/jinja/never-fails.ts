import type { Node } from "nunjucks/src/nodes.js";
import { functionNames } from "./functions.ts";
import { either, filtered, isLoopFact, isTotalTest, type Kind, literalKind } from "./kinds.ts";
import { allParts, iterated, nameOf, namesOf, optionalPart, part, parts } from "./nodes.ts";

/** What is known of names at one place in the template; `loop` is what Jinja2 sets in a loop. */
type Scope = ReadonlyMap<string, Kind | "loop">;

const constants: ReadonlySet<string> = new Set(["True", "False", "None"]);

/**
 * Whether a Jinja2 template renders with whatever texts it is given: nothing in it depends on what
 * a value is. Cautious: false only says that running it must show. What a rendering may cost at
 * most (`renderLimits`) is left aside.
 * @param given names that surely have a value, which is a text
 */
export function neverFails(root: Node, given: ReadonlySet<string>): boolean {
  const assigned = assignedNames(root);
  return runs(root, new Map([...given].map((name): [string, Kind] => [name, "text"])));

  function runs(node: Node, scope: Scope): boolean {
    switch (node.typename) {
      case "Root":
      case "NodeList":
        return parts(node).every((it) => runs(it, scope));
      case "TemplateData":
        return true;
      case "Output":
        return parts(node).every((it) => runs(it, scope) || works(it, scope));
      case "Capture":
        return runs(part(node, "body"), scope);
      case "If":
        return ifRuns(node, scope);
      case "For":
        return loopRuns(node, scope);
      case "Set":
        return setRuns(node, scope);
      default:
        return false;
    }
  }

  function ifRuns(node: Node, scope: Scope): boolean {
    const condition = part(node, "cond");
    const otherwise = optionalPart(node, "else_");
    if (!works(condition, scope) || (otherwise && !runs(otherwise, scope))) return false;
    return runs(part(node, "body"), whereTrue(condition, scope));
  }

  function loopRuns(node: Node, scope: Scope): boolean {
    const { items, condition } = iterated(node);
    const kind = kindOf(items, scope);
    const target = part(node, "name");
    if (kind === undefined || kind === "any" || target.typename !== "Symbol") return false;
    const otherwise = optionalPart(node, "else_");
    if (otherwise && !runs(otherwise, scope)) return false;
    const inner = new Map(scope).set(nameOf(target), kind === "list" ? "any" : "text");
    if (condition && !works(condition, inner)) return false;
    const kept = condition ? whereTrue(condition, inner) : inner;
    return runs(part(node, "body"), new Map(kept).set("loop", "loop"));
  }

  function setRuns(node: Node, scope: Scope): boolean {
    const [target, ...others] = parts(node, "targets");
    if (target?.typename !== "Symbol" || others.length > 0) return false;
    const value = optionalPart(node, "value");
    return value ? works(value, scope) : runs(part(node, "body"), scope);
  }

  function works(expression: Node, scope: Scope): boolean {
    return kindOf(expression, scope) !== undefined;
  }

  /** What an expression's value is; undefined when finding it may fail. */
  function kindOf(node: Node, scope: Scope): Kind | undefined {
    switch (node.typename) {
      case "Literal":
        return literalKind(node.value);
      case "Symbol":
        return symbolKind(nameOf(node), scope);
      case "Capture":
        return runs(node, scope) ? "text" : undefined;
      case "Group":
      case "Array": {
        const kinds = parts(node).map((it) => kindOf(it, scope));
        if (node.typename === "Group" && kinds.length === 1) return kinds[0];
        return kinds.includes(undefined) ? undefined : "list";
      }
      case "Not":
        return kindOf(part(node, "target"), scope) && "any";
      case "And":
      case "Or":
        return eitherKind(node, scope);
      case "InlineIf":
        return inlineIfKind(node, scope);
      case "Compare":
        return compareKind(node, scope);
      case "Concat":
      case "Add":
      case "In":
        return operationKind(node, scope);
      case "Is":
        return testKind(node, scope);
      case "Filter":
        return filterKind(node, scope);
      case "LookupVal":
        return memberKind(part(node, "target"), part(node, "val"), scope);
      default:
        return undefined;
    }
  }

  function symbolKind(name: string, scope: Scope): Kind | undefined {
    if (functionNames.has(name)) return undefined;
    if (assigned.has(name) || constants.has(name)) return "any";
    const kind = scope.get(name) ?? "maybe";
    return kind === "loop" ? "any" : kind;
  }

  function eitherKind(node: Node, scope: Scope): Kind | undefined {
    const left = kindOf(part(node, "left"), scope);
    const isAnd = node.typename === "And";
    const right = kindOf(part(node, "right"), isAnd ? whereTrue(part(node, "left"), scope) : scope);
    // The left of an `or` is the value only where it is true.
    return either(!isAnd && left === "maybe" ? "text" : left, right);
  }

  function inlineIfKind(node: Node, scope: Scope): Kind | undefined {
    const condition = part(node, "cond");
    const otherwise = optionalPart(node, "else_");
    const body = kindOf(part(node, "body"), whereTrue(condition, scope));
    const other = otherwise ? kindOf(otherwise, scope) : "maybe";
    return kindOf(condition, scope) && either(body, other);
  }

  function compareKind(node: Node, scope: Scope): Kind | undefined {
    const operands = parts(node, "ops");
    const values = [part(node, "expr"), ...operands.map((operand) => part(operand, "expr"))];
    const kinds = values.map((it) => kindOf(it, scope));
    const isEquality = operands.every(({ type }) => type === "==" || type === "!=");
    const fits = isEquality ? !kinds.includes(undefined) : kinds.every((kind) => kind === "text");
    return fits ? "any" : undefined;
  }

  function operationKind(node: Node, scope: Scope): Kind | undefined {
    const left = kindOf(part(node, "left"), scope);
    const right = kindOf(part(node, "right"), scope);
    if (left === undefined || right === undefined) return undefined;
    if (node.typename === "Concat") return "text";
    if (node.typename === "Add") return left === "text" && right === "text" ? "text" : undefined;
    return right === "list" || (left === "text" && right !== "any") ? "any" : undefined;
  }

  function testKind(node: Node, scope: Scope): Kind | undefined {
    const test = part(node, "right");
    const isTotal = test.typename === "Symbol" ? isTotalTest(nameOf(test)) : test.value === null;
    return isTotal && works(part(node, "left"), scope) ? "any" : undefined;
  }

  function filterKind(node: Node, scope: Scope): Kind | undefined {
    const kinds = parts(part(node, "args")).map((it) => kindOf(it, scope));
    const [value, ...args] = kinds.filter((kind) => kind !== undefined);
    if (value === undefined || args.length + 1 < kinds.length) return undefined;
    return filtered(nameOf(part(node, "name")), value, args);
  }

  function memberKind(target: Node, key: Node, scope: Scope): Kind | undefined {
    if (key.typename !== "Literal") return undefined;
    if (kindOf(target, scope) === "text") return "any";
    const isLoop = target.typename === "Symbol" && scope.get(nameOf(target)) === "loop";
    return isLoop && !assigned.has("loop") && isLoopFact(key.value) ? "any" : undefined;
  }

  /** A name that is true, or defined, has a value. */
  function whereTrue(condition: Node, scope: Scope): Scope {
    if (condition.typename === "And") {
      const left = whereTrue(part(condition, "left"), scope);
      return whereTrue(part(condition, "right"), left);
    }
    const isDefined =
      condition.typename === "Is" && String(part(condition, "right").value) === "defined";
    const subject = isDefined ? part(condition, "left") : condition;
    if (subject.typename !== "Symbol" || symbolKind(nameOf(subject), scope) !== "maybe") {
      return scope;
    }
    return new Map(scope).set(nameOf(subject), "text");
  }
}

/** Every name that a `set` anywhere gives a value to: its value is whatever was set. */
function assignedNames(node: Node): ReadonlySet<string> {
  const own =
    node.typename === "Set"
      ? namesOf(parts(node, "targets").filter(({ typename }) => typename !== "LookupVal"))
      : [];
  return new Set([...own, ...allParts(node).flatMap((it) => [...assignedNames(it)])]);
}
