import type { Node } from "nunjucks/src/nodes.js";
import type { JsonValue } from "../../json.ts";
import { neverFails } from "./never-fails.ts";
import { isNode, parts } from "./nodes.ts";
import { loadNunjucks } from "./nunjucks.ts";
import { parseJinja } from "./parse.ts";
import { JinjaProblem } from "./problem.ts";

/** What Jinja2 texts do with their values. */
export interface JinjaLogic {
  /** Each text's tags without the text around them, as comparable text. */
  readonly shapes: readonly string[];
  /** They render with whatever texts are given. */
  readonly neverFails: boolean;
}

/**
 * Reads what Jinja2 texts do, `given` being the names that surely have a value; or why one of them
 * cannot be read.
 */
export async function jinjaLogic(
  texts: readonly string[],
  given: ReadonlySet<string>,
): Promise<JinjaLogic | { readonly problem: string }> {
  const nunjucks = await loadNunjucks();
  try {
    const roots = texts.map((text) => parseJinja(nunjucks, text));
    return {
      shapes: [...new Set(roots.map((root) => JSON.stringify(shapeOf(root))))],
      neverFails: roots.every((root) => neverFails(root, given)),
    };
  } catch (error) {
    if (error instanceof JinjaProblem) {
      return {
        problem: `${error.message}${error.line === undefined ? "" : ` (line ${error.line})`}`,
      };
    }
    if (error instanceof RangeError) return { problem: "it is nested too deeply" };
    throw error;
  }
}

/** A node with all that is in it but text, which cannot fail, and where it stands. */
function shapeOf(node: Node): JsonValue {
  const { typename, value, type } = node;
  const own = [value, type].filter((it) => it !== undefined && !isNode(it)).map(scalar);
  const fields = typename === "Set" ? [...node.fields, "body"] : node.fields;
  const inner = fields.map((field): JsonValue => {
    const one = node[field];
    return isNode(one) ? shapeOf(one) : parts(node, field).filter(isLogic).map(shapeOf);
  });
  return [typename, ...own, ...inner];
}

/** The value of a literal, the name of a symbol, an operator: 1 and "1" differ. */
function scalar(value: unknown): JsonValue {
  return [typeof value, String(value)];
}

function isLogic(node: Node): boolean {
  if (node.typename === "TemplateData") return false;
  return node.typename !== "Output" || parts(node).some(isLogic);
}
