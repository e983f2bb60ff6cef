import type { Node } from "nunjucks/src/nodes.js";

/** A node that is part of another. */
export function part(node: Node, field: string): Node {
  const value = node[field];
  if (isNode(value)) return value;
  throw new Error(`nunjucks' ${node.typename} has no ${field}`);
}

export function optionalPart(node: Node, field: string): Node | undefined {
  const value = node[field];
  return isNode(value) ? value : undefined;
}

/** The nodes of a field that is a list. */
export function parts(node: Node, field = "children"): readonly Node[] {
  const value = node[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** All nodes directly inside a node, in the order of its fields. */
export function allParts(node: Node): readonly Node[] {
  // The body of a `set` block is missing from the fields of nunjucks' Set.
  const fields = node.typename === "Set" ? [...node.fields, "body"] : node.fields;
  return fields.flatMap((field) => {
    const one = optionalPart(node, field);
    return one ? [one] : parts(node, field);
  });
}

/** What a Symbol names. */
export function nameOf(node: Node): string {
  return String(node.value);
}

/** The condition behind a loop, as in `for x in xs if x.ok`; nunjucks reads it as an inline if. */
export function iterated(loop: Node): { readonly items: Node; readonly condition?: Node } {
  const items = part(loop, "arr");
  if (items.typename !== "InlineIf" || optionalPart(items, "else_")) return { items };
  return { items: part(items, "body"), condition: part(items, "cond") };
}

/** The names a loop or a `set` gives values to. */
export function namesOf(targets: readonly Node[]): readonly string[] {
  return targets.flatMap((target) =>
    target.typename === "Array" ? namesOf(parts(target)) : [nameOf(target)],
  );
}

export function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "typename" in value && "fields" in value;
}
