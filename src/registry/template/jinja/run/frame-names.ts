import { memoize } from "../../memoize.ts";
import type { Body, Expression, If, Statement, Target } from "../parse/ast.ts";
import { childrenOf } from "../parse/child-nodes.ts";

/**
 * The names of one frame, a body with variables of its own, without the names of the bodies inside
 * it. As Jinja2 compiles a template, a name that a frame assigns before it reads it has no value up
 * to then for the bodies inside it, even when the caller gave one (Jinja2 3.1, `idtracking.py`).
 */
export interface FrameNames {
  has(name: string): boolean;
  /** Names that are assigned before they are read. */
  readonly assignedFirst: readonly string[];
}

type Use = "read" | "assigned";
type Uses = Map<string, Use>;

export const frameNames: (body: Body) => FrameNames = memoize((body: Body): FrameNames => {
  const uses: Uses = new Map();
  for (const statement of body) addStatement(statement, uses);
  const assignedFirst = [...uses].filter(([, use]) => use === "assigned").map(([name]) => name);
  return { has: (name) => uses.has(name), assignedFirst };
});

function addStatement(node: Statement, uses: Uses): void {
  switch (node.kind) {
    case "text":
      break;
    case "print":
    case "filter block":
      addExpression(node.value, uses);
      break;
    case "if":
      addIf(node, uses);
      break;
    case "for":
      addExpression(node.items, uses);
      break;
    case "set":
      addExpression(node.value, uses);
      addTarget(node.target, uses);
      break;
    case "macro":
      add(node.name, "assigned", uses);
      break;
    case "call block":
      addExpression(node.call, uses);
      break;
    case "with":
      for (const { value } of node.bindings) addExpression(value, uses);
      break;
  }
}

/** A name that is not assigned in the body, in an `elif` and in `else` keeps the value from outside. */
function addIf({ branches, otherwise }: If, uses: Uses): void {
  const [first, ...others] = branches;
  if (first) addExpression(first.condition, uses);
  const parts = [
    usesOf(first?.body ?? [], uses),
    usesOf(
      others.flatMap(({ body }) => body),
      uses,
    ),
    usesOf(otherwise, uses),
  ];
  for (const name of new Set(parts.flatMap((part) => [...part.keys()]))) {
    if (uses.has(name)) continue;
    const isAlwaysAssigned = parts.every((part) => part.get(name) === "assigned");
    uses.set(name, isAlwaysAssigned ? "assigned" : "read");
  }
}

function usesOf(body: Body, before: Uses): Uses {
  const uses = new Map(before);
  for (const statement of body) addStatement(statement, uses);
  return uses;
}

function addExpression(node: Expression, uses: Uses): void {
  if (node.kind === "name") add(node.name, "read", uses);
  if (node.kind === "capture") return;
  for (const child of childrenOf(node)) {
    if (isExpression(child)) addExpression(child, uses);
  }
}

function isExpression(node: Statement | Expression): node is Expression {
  return !("line" in node);
}

function addTarget(target: Target, uses: Uses): void {
  if (target.kind === "targets") for (const item of target.items) addTarget(item, uses);
  else add(target.name, target.kind === "name" ? "assigned" : "read", uses);
}

function add(name: string, use: Use, uses: Uses): void {
  if (!uses.has(name)) uses.set(name, use);
}
