import type { Node } from "nunjucks/src/nodes.js";
import { functionNames } from "./functions.ts";
import { allParts, iterated, nameOf, namesOf, optionalPart, part, parts } from "./nodes.ts";
import { loadNunjucks } from "./nunjucks.ts";
import { parseJinja } from "./parse.ts";
import { JinjaProblem } from "./problem.ts";

const constants: ReadonlySet<string> = new Set(["True", "False", "None"]);

/**
 * The names that Jinja2 texts take from outside, in order of first appearance: all that are read
 * and neither set before, nor names of loops, macros or Jinja2's own functions. A name that only one
 * branch of an `if` sets is taken from outside behind it. Undefined when a text cannot be read.
 */
export async function jinjaVariables(
  texts: readonly string[],
): Promise<readonly string[] | undefined> {
  const nunjucks = await loadNunjucks();
  const found = new Set<string>();
  try {
    for (const text of texts) visit(parseJinja(nunjucks, text), new Set(constants), found);
  } catch (error) {
    if (error instanceof JinjaProblem || error instanceof RangeError) return undefined;
    throw error;
  }
  return [...found];
}

type Visit = (node: Node, known: Set<string>, found: Set<string>) => void;

/** Walks a node in the order it is evaluated; `known` grows by the names it sets. */
function visit(node: Node, known: Set<string>, found: Set<string>): void {
  const own = Object.hasOwn(visits, node.typename) ? visits[node.typename] : undefined;
  if (own) own(node, known, found);
  else visitAll(allParts(node), known, found);
}

function visitAll(nodes: readonly Node[], known: Set<string>, found: Set<string>): void {
  for (const node of nodes) visit(node, known, found);
}

const visits: Readonly<Record<string, Visit>> = {
  Symbol(node, known, found) {
    const name = nameOf(node);
    if (!known.has(name) && !functionNames.has(name)) found.add(name);
  },
  If(node, known, found) {
    visit(part(node, "cond"), known, found);
    const [whenTrue, whenFalse] = [new Set(known), new Set(known)];
    visit(part(node, "body"), whenTrue, found);
    visitAll(otherwise(node), whenFalse, found);
    for (const name of whenTrue) if (whenFalse.has(name)) known.add(name);
  },
  For(node, known, found) {
    const { items, condition } = iterated(node);
    visit(items, known, found);
    const inner = new Set([...known, ...namesOf([part(node, "name")])]);
    if (condition) visit(condition, inner, found);
    inner.add("loop");
    visit(part(node, "body"), inner, found);
    visitAll(otherwise(node), new Set(known), found);
  },
  Set(node, known, found) {
    visit(optionalPart(node, "value") ?? part(node, "body"), known, found);
    for (const target of parts(node, "targets")) {
      if (target.typename === "LookupVal") visit(part(target, "target"), known, found);
      else for (const name of namesOf([target])) known.add(name);
    }
  },
  Macro(node, known, found) {
    known.add(nameOf(part(node, "name")));
    visitMacro(node, known, found);
  },
  Caller: visitMacro,
  Capture: (node, known, found) => visitAll(allParts(node), new Set(known), found),
  InlineIf: (node, known, found) =>
    visitAll([part(node, "body"), part(node, "cond"), ...otherwise(node)], known, found),
  // The names of filters, tests and arguments are no variables.
  Filter: (node, known, found) => visitAll(parts(part(node, "args")), known, found),
  Is(node, known, found) {
    const right = part(node, "right");
    visit(part(node, "left"), known, found);
    if (right.typename === "FunCall") visit(part(right, "args"), known, found);
  },
  KeywordArgs(node, known, found) {
    for (const pair of parts(node)) visit(part(pair, "value"), known, found);
  },
};

function otherwise(node: Node): readonly Node[] {
  const other = optionalPart(node, "else_");
  return other ? [other] : [];
}

function visitMacro(node: Node, known: Set<string>, found: Set<string>): void {
  const inner = new Set([...known, "caller"]);
  for (const argument of parts(part(node, "args"))) {
    if (argument.typename === "Symbol") inner.add(nameOf(argument));
    for (const pair of argument.typename === "KeywordArgs" ? parts(argument) : []) {
      visit(part(pair, "value"), inner, found);
      inner.add(nameOf(part(pair, "key")));
    }
  }
  visit(part(node, "body"), inner, found);
}
