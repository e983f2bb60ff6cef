import type { Node } from "nunjucks/src/nodes.js";
import { allParts, nameOf, optionalPart, part, parts } from "./nodes.ts";
import type { Nunjucks } from "./nunjucks.ts";
import { JinjaProblem, renderingProblem } from "./problem.ts";

/** Kinds of nodes that a template may be made of: no other template, nothing asynchronous. */
const allowed: ReadonlySet<string> = new Set(
  (
    "Root NodeList Output TemplateData Literal Symbol Group Array Dict Pair KeywordArgs LookupVal " +
    "If InlineIf For Macro Caller Set Capture Filter FunCall In Is And Or Not Add Concat Sub Mul " +
    "Div FloorDiv Mod Pow Neg Pos Compare CompareOperand"
  ).split(" "),
);

/** What nunjucks' parser lets be missing, as in `{{ .(a) }}` and `{{ a[] }}`. */
const required: Readonly<Record<string, readonly string[]>> = {
  LookupVal: ["target", "val"],
  FunCall: ["name"],
};

/**
 * Names go into generated code, and nunjucks takes almost any character for part of a name, so this
 * is what keeps a template from being code.
 */
const identifier = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;

/**
 * Reads a Jinja2 template and checks every node of it.
 * @throws JinjaProblem for a template that cannot be read, or that has what is not supported
 */
export function parseJinja({ parse }: Nunjucks, source: string): Node {
  const root = parsed(() => parse(asJinjaReads(source)));
  check(root);
  return root;
}

/** Jinja2 knows one kind of line end, and drops it at the very end. */
function asJinjaReads(source: string): string {
  return source.replace(/\r\n?/g, "\n").replace(/\n$/, "");
}

function parsed(parse: () => Node): Node {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof RangeError) throw error;
    // Where a template ends too early, nunjucks reads on in nothing.
    const message = error instanceof TypeError ? "it ends inside of a tag" : error.message;
    const line = "lineno" in error && typeof error.lineno === "number" ? error.lineno : undefined;
    throw new JinjaProblem("syntax", message, line);
  }
}

function check(node: Node): void {
  const line = node.lineno + 1;
  if (!allowed.has(node.typename)) {
    const tag = node.typename.replace(/^From/, "").toLowerCase();
    throw renderingProblem(`"${tag}" is not supported: a prompt is one template`, line);
  }
  if (node.typename === "Symbol") checkName(node);
  if (required[node.typename]?.some((field) => optionalPart(node, field) === undefined)) {
    throw new JinjaProblem("syntax", "part of an expression is missing", line);
  }
  if (node.typename === "Literal" && node.value instanceof RegExp) {
    throw new JinjaProblem("syntax", "Jinja2 has no regular expressions", line);
  }
  if (node.typename === "CompareOperand" && String(node.type).length > 2) {
    throw new JinjaProblem("syntax", `Jinja2 has no "${node.type}"`, line);
  }
  for (const named of namedParts(node)) checkName(named);
  for (const inner of allParts(node)) check(inner);
}

/** Parts that have to be names, for nunjucks' parser takes any expression there. */
function namedParts(node: Node): readonly Node[] {
  switch (node.typename) {
    case "KeywordArgs":
      return parts(node).map((pair) => part(pair, "key"));
    case "Macro":
    case "Caller":
      return [
        part(node, "name"),
        ...parts(part(node, "args")).filter((it) => it.typename !== "KeywordArgs"),
      ];
    case "Filter":
      return [part(node, "name")];
    case "For":
      return targets([part(node, "name")]);
    case "Set":
      return targets(parts(node, "targets"));
    default:
      return [];
  }
}

/** `set` also takes an attribute of a name, which is `namespace()`. */
function targets(nodes: readonly Node[]): readonly Node[] {
  return nodes.flatMap((node) => {
    if (node.typename === "Array" || node.typename === "Group") return targets(parts(node));
    return node.typename === "LookupVal" ? [part(node, "target")] : [node];
  });
}

function checkName(node: Node): void {
  if (node.typename === "Symbol" && identifier.test(nameOf(node))) return;
  const found = node.typename === "Symbol" ? `"${nameOf(node)}"` : "an expression";
  throw new JinjaProblem("syntax", `${found} stands where a name must be`, node.lineno + 1);
}
