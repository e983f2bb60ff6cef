import type { Body, CallBlock, For, If, Macro, Name, Node, Target, With } from "../parse/ast.ts";
import { childrenOf } from "../parse/child-nodes.ts";
import { functionNames } from "../run/functions.ts";

/** Names that are defined at one position of a template. */
class KnownNames {
  readonly #outer: KnownNames | undefined;
  /** Names defined in this scope and not in an outer one. */
  readonly own = new Set<string>();

  constructor(outer?: KnownNames) {
    this.#outer = outer;
  }

  has(name: string): boolean {
    return this.own.has(name) || (this.#outer?.has(name) ?? false);
  }

  add(name: string): void {
    this.own.add(name);
  }
}

/**
 * Returns the places where Jinja2 templates read names that they need from the caller, in order: names
 * that are not assigned before, and not loop variables, macros or Jinja2's own functions. A name
 * assigned in only some branches of an `if` is needed after it.
 */
export function undeclaredReads(templates: readonly Body[]): ReadonlySet<Name> {
  const found = new Set<Name>();
  for (const body of templates) visitAll(body, new KnownNames(), found);
  return found;
}

/** Visits a node in the order of evaluation, and adds the names it assigns to `known`. */
function visit(node: Node, known: KnownNames, found: Set<Name>): void {
  switch (node.kind) {
    case "name":
      if (!known.has(node.name) && !functionNames.has(node.name)) found.add(node);
      break;
    case "if":
      visitIf(node, known, found);
      break;
    case "for":
      visitFor(node, known, found);
      break;
    case "set":
      visit(node.value, known, found);
      visitTarget(node.target, known, found);
      break;
    case "macro":
      known.add(node.name);
      visitMacro(node, known, found);
      break;
    case "call block":
      visit(node.call, known, found);
      visitMacro(node, known, found);
      break;
    case "with":
      visitWith(node, known, found);
      break;
    case "capture":
      visitAll(node.body, new KnownNames(known), found);
      break;
    default:
      visitAll(childrenOf(node), known, found);
  }
}

function visitAll(nodes: readonly Node[], known: KnownNames, found: Set<Name>): void {
  for (const node of nodes) visit(node, known, found);
}

/** After an `if`, the names that every branch assigns are known. */
function visitIf({ branches, otherwise }: If, known: KnownNames, found: Set<Name>): void {
  const outcomes = branches.map(({ condition, body }) => {
    visit(condition, known, found);
    return visitInner(body, known, found);
  });
  const last = visitInner(otherwise, known, found);
  for (const name of last) if (outcomes.every((it) => it.has(name))) known.add(name);
}

/** Returns the names that a body assigns. */
function visitInner(body: Body, known: KnownNames, found: Set<Name>): ReadonlySet<string> {
  const inner = new KnownNames(known);
  visitAll(body, inner, found);
  return inner.own;
}

function visitFor(node: For, known: KnownNames, found: Set<Name>): void {
  visit(node.items, known, found);
  const inner = new KnownNames(known);
  visitTarget(node.target, inner, found);
  if (node.condition) visit(node.condition, inner, found);
  inner.add("loop");
  visitAll(node.body, inner, found);
  visitAll(node.otherwise, new KnownNames(known), found);
}

function visitWith({ bindings, body }: With, known: KnownNames, found: Set<Name>): void {
  const inner = new KnownNames(known);
  for (const { target, value } of bindings) {
    visit(value, known, found);
    visitTarget(target, inner, found);
  }
  visitAll(body, inner, found);
}

/** Assigning an attribute reads its name, and does not define it. */
function visitTarget(target: Target, known: KnownNames, found: Set<Name>): void {
  if (target.kind === "name") known.add(target.name);
  else if (target.kind === "attribute") visit({ kind: "name", name: target.name }, known, found);
  else for (const item of target.items) visitTarget(item, known, found);
}

function visitMacro(
  { parameters, body }: Macro | CallBlock,
  known: KnownNames,
  found: Set<Name>,
): void {
  const inner = new KnownNames(known);
  for (const name of ["caller", "varargs", "kwargs"]) inner.add(name);
  for (const { name, fallback } of parameters) {
    if (fallback) visit(fallback, inner, found);
    inner.add(name);
  }
  visitAll(body, inner, found);
}
