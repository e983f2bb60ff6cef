import type { Arguments, Binding, Body, Node, Parameter } from "./ast.ts";

/** Returns the children of a node in the order of evaluation. */
export function childrenOf(node: Node): readonly Node[] {
  switch (node.kind) {
    case "text":
    case "constant":
    case "name":
      return [];
    case "print":
    case "filter block":
    case "set":
    case "not":
    case "sign":
      return [node.value];
    case "if":
      return [
        ...node.branches.flatMap(({ condition, body }) => [condition, ...body]),
        ...node.otherwise,
      ];
    case "for":
      return [node.items, ...given(node.condition), ...node.body, ...node.otherwise];
    case "macro":
      return [...fallbacks(node.parameters), ...node.body];
    case "call block":
      return [node.call, ...fallbacks(node.parameters), ...node.body];
    case "with":
      return [...node.bindings.map(({ value }: Binding) => value), ...node.body];
    case "list":
    case "tuple":
      return node.items;
    case "dict":
      return node.pairs.flatMap(({ key, value }) => [key, value]);
    case "member":
      return [node.target, node.key];
    case "slice":
      return [node.target, ...given(node.start), ...given(node.stop), ...given(node.step)];
    case "call":
      return [node.target, ...argumentsIn(node.args)];
    case "filter":
    case "test":
      return [node.value, ...argumentsIn(node.args)];
    case "and":
    case "or":
    case "binary":
      return [node.left, node.right];
    case "conditional":
      return [node.whenTrue, node.condition, ...given(node.whenFalse)];
    case "compare":
      return [node.first, ...node.rest.map(({ value }) => value)];
    case "capture":
      return node.body;
  }
}

function argumentsIn({ positional, named, spread, spreadNamed }: Arguments): readonly Node[] {
  return [
    ...positional,
    ...named.map(({ value }) => value),
    ...given(spread),
    ...given(spreadNamed),
  ];
}

function fallbacks(parameters: readonly Parameter[]): readonly Node[] {
  return parameters.flatMap(({ fallback }) => given(fallback));
}

function given<T>(node: T | undefined): readonly T[] {
  return node === undefined ? [] : [node];
}

interface Place {
  readonly node: Node;
  /** Depth of the node, from 1. */
  readonly depth: number;
  /** Line of the statement that contains the node. */
  readonly line: number;
}

/** Iterates over all nodes of a tree, without recursion. */
export function* nodesIn(body: Body): Generator<Place> {
  const open: Place[] = body.map((node) => ({ node, depth: 1, line: node.line }));
  for (let next = open.pop(); next; next = open.pop()) {
    yield next;
    const { depth, line } = next;
    for (const node of childrenOf(next.node)) {
      open.push({ node, depth: depth + 1, line: "line" in node ? node.line : line });
    }
  }
}
