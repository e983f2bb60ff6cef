import type {
  Arguments,
  Binary,
  Call,
  Compare,
  CompareOperator,
  Expression,
  Member,
  Name,
  Node,
} from "../parse/ast.ts";
import { childrenOf } from "../parse/child-nodes.ts";
import { filterUse, methodUse, testUse, type Use } from "./use-kinds.ts";

/** Returns how each name is used, in order of first appearance. @param reads where the names are read */
export function nameUses(
  templates: readonly (readonly Node[])[],
  reads: ReadonlySet<Name>,
): ReadonlyMap<string, ReadonlySet<Use>> {
  const uses = new Map<string, Set<Use>>();
  for (const { name } of reads) uses.set(name, new Set());
  for (const body of templates) for (const node of body) visit(node, "other");
  return uses;

  /** @param use what is done with the value of an expression */
  function visit(node: Node, use: Use): void {
    switch (node.kind) {
      case "name":
        if (reads.has(node)) uses.get(node.name)?.add(use);
        break;
      case "not":
        visit(node.value, "tested");
        break;
      case "and":
      case "or":
        visit(node.left, use);
        visit(node.right, use);
        break;
      case "conditional":
        visit(node.condition, "tested");
        visit(node.whenTrue, use);
        if (node.whenFalse) visit(node.whenFalse, use);
        break;
      case "sign":
        visit(node.value, "number");
        break;
      case "compare":
        visitCompare(node);
        break;
      case "binary":
        visitBinary(node);
        break;
      case "test":
        visit(node.value, testUse(node.name));
        visitArguments(node.args);
        break;
      case "filter":
        visit(node.value, filterUse(node.name, use));
        visitArguments(node.args);
        break;
      case "member":
        visitMember(node, use);
        break;
      case "slice":
        visit(node.target, use === "looped" ? "looped" : "other");
        for (const child of childrenOf(node).slice(1)) visit(child, "other");
        break;
      case "call":
        visitCall(node);
        break;
      default:
        visitStatement(node);
    }
  }

  function visitStatement(node: Node): void {
    const isTest = conditionsOf(node);
    for (const child of childrenOf(node)) {
      visit(child, isTest.has(child) ? "tested" : useInStatement(node, child));
    }
  }

  function visitArguments(args: Arguments, use: Use = "other"): void {
    for (const value of args.positional) visit(value, use);
    for (const { value } of args.named) visit(value, "other");
    if (args.spread) visit(args.spread, "other");
    if (args.spreadNamed) visit(args.spreadNamed, "other");
  }

  function visitCompare({ first, rest }: Compare): void {
    let left = first;
    for (const { operator, value: right } of rest) {
      visit(left, comparedWith(right, operator));
      visit(right, comparedWith(left, operator));
      left = right;
    }
  }

  function visitBinary({ operator, left, right }: Binary): void {
    visit(left, computedWith(right, operator));
    visit(right, operator === "%" ? "other" : computedWith(left, operator));
  }

  function visitMember({ target, key }: Member, use: Use): void {
    const isNamed = key.kind === "constant" && typeof key.value === "string";
    const isItem = use === "keyed" || use === "looped";
    if (key.kind !== "constant") visit(target, "computed key");
    else visit(target, isNamed ? "keyed" : isItem ? "list" : "other");
    visit(key, "other");
  }

  function visitCall({ target, args }: Call): void {
    visitArguments(args, target.kind === "name" && target.name === "range" ? "number" : "other");
    const isMethod = target.kind === "member" && target.key.kind === "constant";
    if (isMethod) visit(target.target, methodUse(target.key.value));
    else visit(target, "called");
  }
}

function conditionsOf(node: Node): ReadonlySet<Node> {
  if (node.kind === "if") return new Set(node.branches.map(({ condition }) => condition));
  return new Set(node.kind === "for" && node.condition ? [node.condition] : []);
}

function useInStatement(node: Node, child: Node): Use {
  if (node.kind === "print") return "printed";
  return node.kind === "for" && child === node.items ? "looped" : "other";
}

function comparedWith(other: Expression, operator: CompareOperator): Use {
  if (operator === "in" || operator === "not in") return "other";
  const value = constantOf(other);
  switch (typeof value) {
    case "bigint":
    case "number":
      return "number";
    case "string":
      return "text";
    case "boolean":
      return "boolean";
    default:
      return value === null ? "defined" : "other";
  }
}

/** `*` repeats a text a whole number of times, and `%` formats one. */
function computedWith(other: Expression, operator: Binary["operator"]): Use {
  if (operator === "~") return "printed";
  const value = constantOf(other);
  if (typeof value === "string") return operator === "+" ? "text" : "other";
  const isNumber = typeof value === "number" || (typeof value === "bigint" && operator !== "*");
  return isNumber ? "number" : "other";
}

function constantOf(node: Expression): string | bigint | number | boolean | null | undefined {
  if (node.kind === "sign") return constantOf(node.value);
  return node.kind === "constant" ? node.value : undefined;
}
