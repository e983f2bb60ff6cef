import type { Body, CallBlock, For, If, Macro, Node, Target, With } from "../parse/ast.ts";
import { childrenOf } from "../parse/child-nodes.ts";
import { parseJinja } from "../parse/parse.ts";
import { JinjaProblem } from "../problem.ts";
import { functionNames } from "../run/functions.ts";

/** Names that are known at one place of a template. */
class KnownNames {
  readonly #outer: KnownNames | undefined;
  /** Those that became known since the outer ones were looked at. */
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
 * The names that Jinja2 texts take from outside, in order of first appearance: all that are read
 * and neither set before, nor names of loops, macros or Jinja2's own functions. A name that only one
 * branch of an `if` sets is taken from outside behind it. Undefined when a text cannot be read.
 */
export function jinjaVariables(texts: readonly string[]): readonly string[] | undefined {
  const found = new Set<string>();
  try {
    for (const text of texts) visitAll(parseJinja(text), new KnownNames(), found);
  } catch (error) {
    if (error instanceof JinjaProblem) return undefined;
    throw error;
  }
  return [...found];
}

/** Walks a node in the order it is evaluated; `known` grows by the names it sets. */
function visit(node: Node, known: KnownNames, found: Set<string>): void {
  switch (node.kind) {
    case "name":
      if (!known.has(node.name) && !functionNames.has(node.name)) found.add(node.name);
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

function visitAll(nodes: readonly Node[], known: KnownNames, found: Set<string>): void {
  for (const node of nodes) visit(node, known, found);
}

/** Behind an `if` those names are known that every branch sets. */
function visitIf({ branches, otherwise }: If, known: KnownNames, found: Set<string>): void {
  const outcomes = branches.map(({ condition, body }) => {
    visit(condition, known, found);
    return visitInner(body, known, found);
  });
  const last = visitInner(otherwise, known, found);
  for (const name of last) if (outcomes.every((it) => it.has(name))) known.add(name);
}

/** The names that a body sets. */
function visitInner(body: Body, known: KnownNames, found: Set<string>): ReadonlySet<string> {
  const inner = new KnownNames(known);
  visitAll(body, inner, found);
  return inner.own;
}

function visitFor(node: For, known: KnownNames, found: Set<string>): void {
  visit(node.items, known, found);
  const inner = new KnownNames(known);
  visitTarget(node.target, inner, found);
  if (node.condition) visit(node.condition, inner, found);
  inner.add("loop");
  visitAll(node.body, inner, found);
  visitAll(node.otherwise, new KnownNames(known), found);
}

function visitWith({ bindings, body }: With, known: KnownNames, found: Set<string>): void {
  const inner = new KnownNames(known);
  for (const { target, value } of bindings) {
    visit(value, known, found);
    visitTarget(target, inner, found);
  }
  visitAll(body, inner, found);
}

/** An attribute is set of a name that there already is. */
function visitTarget(target: Target, known: KnownNames, found: Set<string>): void {
  if (target.kind === "name") known.add(target.name);
  else if (target.kind === "attribute") visit({ kind: "name", name: target.name }, known, found);
  else for (const item of target.items) visitTarget(item, known, found);
}

function visitMacro(
  { parameters, body }: Macro | CallBlock,
  known: KnownNames,
  found: Set<string>,
): void {
  const inner = new KnownNames(known);
  for (const name of ["caller", "varargs", "kwargs"]) inner.add(name);
  for (const { name, fallback } of parameters) {
    if (fallback) visit(fallback, inner, found);
    inner.add(name);
  }
  visitAll(body, inner, found);
}
