import { hasFilter } from "../filters/filters.ts";
import { hasTest } from "../filters/tests.ts";
import type { Body, Node, Target } from "../parse/ast.ts";
import { childrenOf, nodesIn } from "../parse/child-nodes.ts";
import { targetNames } from "../parse/targets.ts";
import { type JinjaProblem, renderingProblem } from "../problem.ts";
import { jinjaFunctions } from "../run/functions.ts";

/**
 * Returns why a template fails whatever its values are: every rendering reaches a filter or a test
 * that does not exist, or calls a name that is no function. Undefined when that is not certain. What
 * only some values reach, such as a branch, does not count.
 */
export function certainFailure(template: Body): JinjaProblem | undefined {
  const assigned = assignedNames(template);
  return findIn(template, 1);

  function findIn(nodes: readonly Node[], line: number): JinjaProblem | undefined {
    for (const node of nodes) {
      const at = "line" in node ? node.line : line;
      const problem = findIn(certainlyEvaluated(node), at) ?? problemOf(node, at);
      if (problem) return problem;
    }
    return undefined;
  }

  function problemOf(node: Node, line: number): JinjaProblem | undefined {
    if (node.kind === "filter" && !hasFilter(node.name)) {
      return renderingProblem(`there is no filter named "${node.name}"`, line);
    }
    if (node.kind === "test" && !hasTest(node.name)) {
      return renderingProblem(`there is no test named "${node.name}"`, line);
    }
    if (node.kind !== "call" || node.target.kind !== "name") return undefined;
    const { name } = node.target;
    if (assigned.has(name) || jinjaFunctions.has(name)) return undefined;
    return renderingProblem(`there is no function named "${name}"`, line);
  }
}

/** Returns the children that are evaluated whenever the node is. */
function certainlyEvaluated(node: Node): readonly Node[] {
  switch (node.kind) {
    case "macro":
      return [];
    case "if":
      return node.branches.slice(0, 1).map(({ condition }) => condition);
    case "for":
      return [node.items];
    case "call block":
      return [node.call];
    case "and":
    case "or":
      return [node.left];
    case "conditional":
      return [node.condition];
    case "compare":
      return childrenOf(node).slice(0, 2);
    default:
      return childrenOf(node);
  }
}

/** Names that the template gives a value somewhere, perhaps a macro. */
function assignedNames(template: Body): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { node } of nodesIn(template)) {
    if (node.kind === "macro") names.add(node.name);
    for (const target of targetsOf(node)) for (const name of targetNames(target)) names.add(name);
  }
  return names;
}

function targetsOf(node: Node): readonly Target[] {
  if (node.kind === "with") return node.bindings.map(({ target }) => target);
  return node.kind === "set" || node.kind === "for" ? [node.target] : [];
}
